"""The one error that a user can act on."""


class UserError(Exception):
    """Wrong use, bad configuration or missing input.

    The message is one line: it names the file, key or record and says what to do. The command line prints it as it
    stands and ends with exit code 2.
    """
