/** What is asked of a database after a crash: each answer has to be empty. */
import { FLOWS_OF_A_CRASH_INSTANCE } from '../support/crash-model.js';

/** Rows where a token was moved twice, or lost; `count` instances of the crash process have ended. */
export function tokenQuestions(count: number): string[] {
  const flows = FLOWS_OF_A_CRASH_INSTANCE;
  return [
    `select element_instance_key, type, count(*) as count from audit
     where type in ('element activated', 'element completed', 'element terminated')
     group by element_instance_key, case type when 'element activated' then 0 else 1 end having count(*) <> 1`,
    `select root_key, count(*) as count, count(distinct flow_id) as flows from audit where type = 'flow taken'
     group by root_key having count(*) <> ${flows} or count(distinct flow_id) <> ${flows}`,
    `select element_id, count(*) as count from element_instance group by element_id having count(*) <> ${count}`,
  ];
}

/** Rows where something was left waiting. */
export const STRANDED: readonly string[] = [
  'select key from timer',
  'select key from message_subscription',
  'select root_key from snapshot',
  'select key from message',
  'select key from job where available_at is not null',
  `select key from incident where state = 'ACTIVE'`,
];
