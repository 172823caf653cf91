/**
 * OCEL 2.0 as JSON, for object-centric process mining: the same steps as in XES, each related to the objects it
 * concerns: the process instance, the case it belongs to, the element instance, the user task and who did it. The type
 * of an event is what it does, such as `Approve order (complete)`: that is what mining tools draw.
 *
 * Objects are told apart without remembering all of them: the rows come tree by tree, and only actors are known
 * beyond one tree.
 */
import { writeJson } from '@countersign/engine';
import type { AuditRow } from '../../store/queries/audit-rows.js';
import type { ExportFormat, ExportSource } from './format.js';
import { createFindStep, resourceOf } from './mining.js';
import type { MiningStep } from './mining.js';

const EPOCH = '1970-01-01T00:00:00.000Z';

interface Attribute {
  readonly name: string;
  readonly type: 'string' | 'integer';
}

const EVENT_ATTRIBUTES: readonly Attribute[] = [
  { name: 'event', type: 'string' },
  { name: 'activity', type: 'string' },
  { name: 'transition', type: 'string' },
  { name: 'elementType', type: 'string' },
  { name: 'position', type: 'integer' },
  { name: 'run', type: 'integer' },
];

const OBJECT_TYPES = [
  {
    name: 'process instance',
    attributes: [
      { name: 'process', type: 'string' },
      { name: 'version', type: 'integer' },
    ],
  },
  {
    name: 'element instance',
    attributes: [
      { name: 'element', type: 'string' },
      { name: 'elementType', type: 'string' },
    ],
  },
  { name: 'user task', attributes: [{ name: 'element', type: 'string' }] },
  { name: 'actor', attributes: [{ name: 'name', type: 'string' }] },
] as const;

type ObjectType = (typeof OBJECT_TYPES)[number]['name'];

interface OcelObject {
  readonly id: string;
  readonly type: ObjectType;
  readonly attributes: readonly {
    readonly name: string;
    readonly value: string;
    readonly time: string;
  }[];
  readonly relationships: readonly Relationship[];
}

interface Relationship {
  readonly objectId: string;
  readonly qualifier: string;
}

/** One log: types, objects, events. */
export const ocel: ExportFormat = {
  name: 'ocel',
  extension: 'jsonocel',
  mediaType: 'application/json; charset=utf-8',
  async *write(source) {
    const types = new Set<string>();
    yield `{"objectTypes":${writeJson(OBJECT_TYPES)},\n"objects":[`;
    yield* list(objects(source));
    yield '],\n"events":[';
    yield* list(events(source, types));
    // Which types there are is known when all events were seen.
    const eventTypes = [...types].sort().map((name) => ({ name, attributes: EVENT_ATTRIBUTES }));
    yield `],\n"eventTypes":${writeJson(eventTypes)}}\n`;
  },
};

async function* list(chunks: AsyncGenerator<object[]>): AsyncGenerator<string> {
  let first = true;
  for await (const chunk of chunks) {
    if (chunk.length === 0) continue;
    yield `${first ? '\n' : ',\n'}${chunk.map((one) => writeJson(one)).join(',\n')}`;
    first = false;
  }
}

async function* steps(source: ExportSource): AsyncGenerator<MiningStep[]> {
  const stepOf = createFindStep(source.findProcess);
  for await (const rows of source.rows.byTree()) {
    const found: MiningStep[] = [];
    for (const row of rows) {
      const step = await stepOf(row);
      if (step) found.push(step);
    }
    yield found;
  }
}

async function* objects(source: ExportSource): AsyncGenerator<OcelObject[]> {
  const actors = new Set<string>();
  let known = new Set<string>();
  let root: string | null = null;
  for await (const chunk of steps(source)) {
    const found: OcelObject[] = [];
    for (const step of chunk) {
      if (step.row.rootProcessInstanceKey !== root) {
        root = step.row.rootProcessInstanceKey;
        known = new Set();
      }
      for (const object of objectsOf(step)) {
        const seen = object.type === 'actor' ? actors : known;
        if (seen.has(object.id)) continue;
        seen.add(object.id);
        // A called instance can be in the file where its caller is not: nothing is related to what is not there.
        const relationships = object.relationships.filter(({ objectId }) => known.has(objectId));
        found.push({ ...object, relationships });
      }
    }
    yield found;
  }
}

function objectsOf({ row, process, elementType, activity }: MiningStep): OcelObject[] {
  // The format has every value as a text, whatever its type.
  const value = (name: string, of: string | number) => ({ name, value: String(of), time: EPOCH });
  const instance = instanceId(row.processInstanceKey ?? '');
  const root = instanceId(row.rootProcessInstanceKey ?? '');
  const task = userTaskOf(row);
  const found: OcelObject[] = [
    {
      id: instance,
      type: 'process instance',
      attributes: [value('process', process.processId), value('version', process.version)],
      relationships: instance === root ? [] : [{ objectId: root, qualifier: 'belongs to case' }],
    },
    {
      id: elementId(row),
      type: 'element instance',
      attributes: [value('element', activity), value('elementType', elementType)],
      relationships: [{ objectId: instance, qualifier: 'runs in' }],
    },
    {
      id: row.actor,
      type: 'actor',
      attributes: [value('name', resourceOf(row.actor))],
      relationships: [],
    },
  ];
  if (task !== null) {
    found.push({
      id: task,
      type: 'user task',
      attributes: [value('element', activity)],
      relationships: [{ objectId: elementId(row), qualifier: 'asked by' }],
    });
  }
  return found;
}

/** The events; their types are added to `types`. */
async function* events(source: ExportSource, types: Set<string>): AsyncGenerator<object[]> {
  for await (const chunk of steps(source)) {
    source.count(chunk.length);
    yield chunk.map((step) => {
      const { row, activity, transition, elementType, run } = step;
      const task = userTaskOf(row);
      const type = `${activity} (${transition})`;
      types.add(type);
      return {
        id: `row-${row.position}`,
        type,
        time: row.at,
        attributes: [
          { name: 'event', value: row.type },
          { name: 'activity', value: activity },
          { name: 'transition', value: transition },
          { name: 'elementType', value: elementType },
          { name: 'position', value: String(row.position) },
          ...(run === null ? [] : [{ name: 'run', value: String(run) }]),
        ],
        relationships: [
          { objectId: instanceId(row.processInstanceKey ?? ''), qualifier: 'happens in' },
          { objectId: elementId(row), qualifier: 'concerns' },
          { objectId: row.actor, qualifier: 'done by' },
          ...(task === null ? [] : [{ objectId: task, qualifier: 'concerns' }]),
        ],
      };
    });
  }
}

const instanceId = (key: string): string => `process-instance-${key}`;

const elementId = ({ elementInstanceKey }: AuditRow): string =>
  `element-instance-${elementInstanceKey ?? ''}`;

function userTaskOf({ data }: AuditRow): string | null {
  const { userTaskKey } = (data ?? {}) as { userTaskKey?: unknown };
  return typeof userTaskKey === 'number' || typeof userTaskKey === 'string'
    ? `user-task-${userTaskKey}`
    : null;
}
