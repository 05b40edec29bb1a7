-- What is known of each source at the instant that is looked at. A later look at a complete history
-- tells of the time before it too; an answer that nobody renewed in time is stale.
CREATE VIEW source_state AS
SELECT o.subject, o.source,
       CASE WHEN o.valid_from > instant.at THEN 'observed'
            WHEN o.state = 'observed' AND o.valid_to IS NULL AND a.fresh_until < instant.at THEN 'stale'
            ELSE o.state END AS state,
       CASE WHEN o.state = 'observed' AND o.valid_to IS NULL AND a.fresh_until < instant.at
            THEN 'nobody asked again in time' ELSE o.reason END AS reason,
       o.valid_from AS since,
       CASE WHEN o.valid_to IS NULL AND a.asked_at <= instant.at THEN coalesce(a.evidence_id, o.evidence_id)
            ELSE o.evidence_id END AS evidence_id
FROM instant CROSS JOIN observation o
JOIN asked a ON a.subject = o.subject AND a.source = o.source
WHERE (o.valid_from <= instant.at AND (o.valid_to IS NULL OR o.valid_to > instant.at))
   OR (o.state = 'observed' AND o.covers_from <= instant.at AND o.valid_from > instant.at);
