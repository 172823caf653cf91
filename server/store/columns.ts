/** The columns of the projection tables, in the order they are written; the first one is the key. */
import { OPERATE_COLUMNS } from './operate-rows.js';

/** Where in an instance a row belongs. */
const PLACE = ['key', 'root_key', 'process_instance_key', 'process_definition_key', 'element_id'] as const;

/** By table, in the journal's order of writing. */
export const COLUMNS = {
  process_instance: [
    'key',
    'root_key',
    'process_definition_key',
    'parent_process_instance_key',
    'parent_element_instance_key',
    'state',
    'started_at',
    'ended_at',
    'incident_count',
    'tags',
    'business_id',
    'message_lock',
  ],
  element_instance: [...PLACE, 'type', 'scope_key', 'state', 'started_at', 'ended_at', 'incident_key'],
  variable: ['key', 'root_key', 'process_instance_key', 'scope_key', 'name', 'value'],
  job: [
    ...([...PLACE, 'element_instance_key', 'type', 'kind', 'listens', 'priority'] as const),
    ...(['state', 'retries', 'available_at'] as const),
    ...([
      'created_at',
      'updated_at',
      'ended_at',
      'error_code',
      'error_message',
      'denied_reason',
      'worker',
      'deadline',
    ] as const),
  ],
  user_task: [
    ...([...PLACE, 'element_instance_key', 'name', 'state', 'assignee', 'candidate_groups'] as const),
    ...(['candidate_users', 'due_date', 'follow_up_date', 'priority', 'form_key'] as const),
    ...(['external_form_reference', 'created_at', 'completed_at'] as const),
  ],
  incident: [
    ...([...PLACE, 'element_instance_key', 'error_type', 'error_message', 'job_key'] as const),
    ...(['resume', 'state', 'created_at', 'resolved_at'] as const),
  ],
  timer: [...PLACE, 'element_instance_key', 'due_at', 'repetitions', 'interval'],
  message: ['key', 'name', 'correlation_key', 'message_id', 'variables', 'published_at', 'expires_at'],
  message_subscription: [
    ...([
      ...PLACE,
      'process_id',
      'element_instance_key',
      'message_name',
      'correlation_key',
      'created_at',
    ] as const),
  ],
  signal_subscription: [...PLACE, 'process_id', 'element_instance_key', 'signal_name', 'created_at'],
  deployment: ['key', 'deployed_at', 'actor', 'reused'],
  process_definition: [
    ...(['key', 'process_id', 'version', 'name', 'version_tag', 'start_form_id', 'deployment_key'] as const),
    ...(['resource_key', 'resource_name', 'checksum'] as const),
  ],
  form: [
    ...(['key', 'form_id', 'version', 'version_tag', 'deployment_key'] as const),
    ...(['resource_key', 'resource_name', 'checksum'] as const),
  ],
  generic_resource: [
    ...(['key', 'resource_id', 'version', 'version_tag', 'deployment_key'] as const),
    ...(['resource_key', 'resource_name', 'checksum'] as const),
  ],
  decision_requirements: [
    ...(['key', 'requirements_id', 'version', 'name', 'imports', 'deployment_key'] as const),
    ...(['resource_key', 'resource_name', 'checksum'] as const),
  ],
  decision_definition: [
    ...([
      'key',
      'decision_id',
      'version',
      'name',
      'version_tag',
      'requirements_key',
      'deployment_key',
    ] as const),
  ],
  decision_instance: [
    ...([...PLACE, 'element_instance_key', 'evaluation_key', 'place', 'decision_definition_key'] as const),
    ...(['root_decision_definition_key', 'type', 'state', 'failure', 'result', 'inputs'] as const),
    ...(['matched_rules', 'evaluated_at'] as const),
  ],
  ...OPERATE_COLUMNS,
} as const;
