/* An id that was merged into another and is in use again, or was merged into itself: following history would not end. */
AUDIT (
  name person_history_has_no_cycle
);

SELECT
  history.old_person_id,
  history.new_person_id
FROM @this_model AS history
LEFT JOIN core.person_member AS member ON history.old_person_id = member.person_id
WHERE history.reason = 'merged' AND (history.old_person_id = history.new_person_id OR member.person_id IS NOT NULL)
UNION ALL
SELECT
  there.old_person_id,
  there.new_person_id
FROM @this_model AS there
INNER JOIN @this_model AS back ON there.old_person_id = back.new_person_id AND there.new_person_id = back.old_person_id
WHERE there.reason = 'merged' AND back.reason = 'merged'
