/**
 * Every text column of the database, and what an erasure does about a person who is named there. A column that is not
 * declared is looked through and told of, and a test fails until it is declared.
 */

/**
 * - `plain`: the product's own words, hashes and keys; nobody can be named there, and it is not looked through.
 * - `made again`: a projection of the journal, made again from it once contents are gone.
 * - `contents`, `person`: the journal's erasable parts.
 * - `snapshot`: deleted with the contents of its tree.
 * - `who`: names who did something; the pseudonym takes the place of the name.
 * - `text`: becomes `(erased)` as a whole. `json`: texts in it do. `file`: words in it are replaced.
 * - `of an account`: goes with the account of a person.
 * - `stays`: is told of in the certificate, with the reason.
 */
export type Treatment =
  | 'plain'
  | 'made again'
  | 'contents'
  | 'person'
  | 'snapshot'
  | 'who'
  | 'text'
  | 'json'
  | 'file'
  | 'of an account'
  | { readonly stays: string };

const DEPLOYED = { stays: 'It was deployed: a version of a model never changes. Deploy one without it.' };
const JOURNAL = {
  stays:
    'Rows of the journal never change. A model or a caller named something after it: an element, a message, a group.',
};
const MODELLED = { stays: 'A model or a caller gave this name, and the row of the journal has it too.' };
const ADMINISTERED = { stays: 'Administrators gave this name: change it there.' };
const SET = { stays: 'It was set by whoever runs the server.' };

const PLACE = { element_id: MODELLED } as const;
const VERSION = {
  version_tag: DEPLOYED,
  resource_name: DEPLOYED,
  checksum: 'plain',
} as const;

/** The treatment of each text column, by table. */
export const TEXT_COLUMNS: Readonly<Record<string, Readonly<Record<string, Treatment>>>> = {
  migration: { name: 'plain' },
  key_block: { name: 'plain' },
  setting: { name: 'plain', value: SET },
  node: { id: 'plain' },
  lease: { name: 'plain', node: 'plain' },
  counter: { name: 'plain' },

  audit: {
    actor: JOURNAL,
    type: 'plain',
    element_id: JOURNAL,
    flow_id: JOURNAL,
    data: JOURNAL,
    commitment: 'plain',
  },
  audit_content: { salt: 'plain', content: 'contents' },
  person: { pseudonym: 'plain', name: 'person', salt: 'plain' },
  snapshot: { data: 'snapshot' },
  audit_tree: { positions: 'plain' },
  audit_checkpoint: { root: 'plain', note: 'plain', place: 'plain' },
  audit_key: { key: 'plain', statement: 'plain' },
  audit_anchor: { anchor: 'plain', receipt: 'plain' },
  export_schedule: {
    name: 'text',
    cycle: 'plain',
    cycle_interval: 'plain',
    filter: 'json',
    period: 'plain',
    format: 'plain',
    report: 'plain',
    folder: ADMINISTERED,
    set_by: 'who',
    last_outcome: 'plain',
    last_file: 'text',
    last_error: 'text',
  },
  legal_hold: { process_id: DEPLOYED, reason: 'text', set_by: 'who', lifted_by: 'who' },
  erasure: { certificate: 'plain' },
  erasure_begun: { salt: 'plain', request_hash: 'plain', pseudonyms: 'plain' },
  erased_row: { commitment: 'plain' },

  deployment: { actor: 'who', reused: 'plain' },
  resource: { name: DEPLOYED, checksum: 'plain', content: DEPLOYED },
  process_definition: { process_id: DEPLOYED, name: DEPLOYED, start_form_id: DEPLOYED, ...VERSION },
  form: { form_id: DEPLOYED, ...VERSION },
  generic_resource: { resource_id: DEPLOYED, ...VERSION },
  decision_requirements: { requirements_id: DEPLOYED, name: DEPLOYED, imports: 'plain', ...VERSION },
  decision_definition: { decision_id: DEPLOYED, name: DEPLOYED, version_tag: DEPLOYED },

  process_instance: {
    state: 'plain',
    tags: 'made again',
    business_id: 'made again',
    message_lock: 'made again',
  },
  element_instance: { ...PLACE, type: 'plain', state: 'plain' },
  variable: { name: MODELLED, value: 'made again' },
  incident: {
    ...PLACE,
    error_type: 'plain',
    error_message: 'made again',
    resume: 'plain',
    state: 'plain',
  },
  timer: { ...PLACE, interval: 'plain' },
  job: {
    ...PLACE,
    type: MODELLED,
    listens: 'plain',
    kind: 'plain',
    state: 'plain',
    error_code: MODELLED,
    error_message: 'made again',
    denied_reason: 'made again',
    worker: 'text',
  },
  user_task: {
    ...PLACE,
    name: DEPLOYED,
    state: 'plain',
    assignee: 'made again',
    candidate_groups: MODELLED,
    candidate_users: 'made again',
    due_date: MODELLED,
    follow_up_date: MODELLED,
    external_form_reference: MODELLED,
  },
  user_task_candidate: {
    kind: 'plain',
    name: {
      stays:
        'A model or a caller offered a task to this name. A group keeps it; a person is taken out with the contents of the task: erase again after its end.',
    },
  },
  message: {
    name: MODELLED,
    correlation_key: 'made again',
    message_id: 'made again',
    variables: 'made again',
  },
  message_correlation: { process_id: DEPLOYED },
  message_subscription: {
    ...PLACE,
    process_id: DEPLOYED,
    message_name: MODELLED,
    correlation_key: 'made again',
  },
  signal_subscription: { ...PLACE, process_id: DEPLOYED, signal_name: MODELLED },
  decision_instance: {
    ...PLACE,
    type: 'plain',
    state: 'plain',
    failure: 'made again',
    result: 'made again',
    inputs: 'made again',
    matched_rules: 'made again',
  },
  migrated_instance: { definitions: 'plain' },
  batch_operation: {
    type: 'plain',
    state: 'plain',
    actor: 'who',
    filter: 'json',
    plan: 'json',
    error: 'text',
  },
  batch_operation_item: { state: 'plain', failure: 'plain', error_message: 'text' },
  retention: { process_id: DEPLOYED, set_by: 'who' },

  account: {
    username: 'of an account',
    name: 'of an account',
    email: 'of an account',
    password_hash: 'plain',
  },
  group: { group_id: ADMINISTERED, name: ADMINISTERED, description: ADMINISTERED },
  role: {
    role_id: ADMINISTERED,
    name: ADMINISTERED,
    description: ADMINISTERED,
    written_hash: 'plain',
    offered_hash: 'plain',
  },
  tenant: { tenant_id: ADMINISTERED, name: ADMINISTERED, description: ADMINISTERED },
  mapping_rule: {
    mapping_rule_id: ADMINISTERED,
    name: ADMINISTERED,
    claim_name: ADMINISTERED,
    claim_value: ADMINISTERED,
  },
  client: { client_id: ADMINISTERED, name: ADMINISTERED },
  member: {
    container_type: 'plain',
    container_id: ADMINISTERED,
    member_type: 'plain',
    member_id: 'of an account',
  },
  access_grant: {
    owner_type: 'plain',
    owner_id: 'of an account',
    resource_type: 'plain',
    resource_id: 'of an account',
    property: 'plain',
    permissions: 'plain',
  },
  session: { token_hash: 'plain', username: 'of an account' },
  signing_proof: { token_hash: 'plain', username: 'of an account' },
  api_key: { name: 'text', username: 'of an account', secret_hash: 'plain' },

  model_file: {
    name: 'file',
    folder: 'file',
    type: 'plain',
    created_by: 'who',
    updated_by: 'who',
  },
  model_revision: { content: 'file', message: 'text', saved_by: 'who' },
};

/** Why something that is named can still stand in a column that should hold it no more. */
const LEFT: Partial<Record<Extract<Treatment, string>, string>> = {
  contents:
    'An instance that runs, or is under a legal hold, has written it meanwhile: erase again after its end.',
  'made again':
    'An instance that runs, or is under a legal hold, has written it meanwhile: erase again after its end.',
  snapshot:
    'An instance that runs, or is under a legal hold, has written it meanwhile: erase again after its end.',
  person: 'It is part of the name of another actor: name that one as a person, or its whole name as a value.',
  who: 'It is part of the name of another actor: name that one as a person, or its whole name as a value.',
  'of an account': 'The account of somebody else says so: change it there, or name the account.',
};

const NOT_DECLARED = 'The server does not know this column well enough to erase in it.';
const WRITTEN_MEANWHILE = 'It was written while the erasure ran: erase again.';

/** A user name counts as a whole text only: in the middle of one it can be a common word. */
const MENTIONED =
  'A user name is a word of longer texts there, such as those in which the server refused something, and may mean ' +
  'something else: name it under values to have such texts go.';

/** Why words stand in a column after an erasure, in sentences: in `rows` texts, and mentioned in `mentions` others. */
export function whyItStays(
  table: string,
  column: string,
  { rows, mentions }: { readonly rows: number; readonly mentions: number },
): string {
  return [rows > 0 ? whyNamed(table, column) : [], mentions > 0 ? MENTIONED : []].flat().join(' ');
}

function whyNamed(table: string, column: string): string {
  const treatment = TEXT_COLUMNS[table]?.[column];
  if (treatment === undefined) return NOT_DECLARED;
  return typeof treatment === 'object' ? treatment.stays : (LEFT[treatment] ?? WRITTEN_MEANWHILE);
}
