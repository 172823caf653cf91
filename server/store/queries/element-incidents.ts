/** Whether an element instance has an incident, as SQL. */

/** 1 where a row `ei` of `element_instance` has an incident, its own or, for a call activity, one below it; otherwise 0. */
export const ELEMENT_HAS_INCIDENT = `case when ei.incident_key is not null or (ei.type = 'callActivity' and exists (
  select 1 from process_instance as called where called.parent_process_instance_key = ei.process_instance_key
    and called.parent_element_instance_key = ei.key and called.incident_count > 0)) then 1 else 0 end`;
