/** The borders between the rooms of the house, as data: what a room may import, and what stays inside it. */
import type { Import, Source } from './sources.js';

/** A border. `allows` says whether a file inside the border may have this import. */
export interface Border {
  readonly title: string;
  /** The folder it stands around; a file outside is not asked. */
  readonly room: string;
  readonly allows: (what: Import, source: Source) => boolean;
}

const ENGINE_PACKAGES = new Set([
  'bpmn-moddle',
  'zeebe-bpmn-moddle',
  'camunda-bpmn-moddle',
  'dmn-moddle',
  'lezer-feel',
  '@lezer/common',
  '@lezer/lr',
  'temporal-polyfill',
  'croner',
  'asn1js',
  'pkijs',
  'moddle-xml',
]);

const DIAGRAM_PACKAGES =
  /^(bpmn-js.*|camunda-bpmn-.*|diagram-js.*|@camunda\/linting|bpmn-moddle|zeebe-bpmn-moddle)$/;

function leadsInto(what: Import, ...folders: readonly string[]): boolean {
  const { file } = what;
  return file !== undefined && folders.some((folder) => file.startsWith(`${folder}/`));
}

/** Everything but the given rooms of the engine may be imported. */
function notInto(...rooms: readonly string[]) {
  return (what: Import): boolean => !leadsInto(what, ...rooms.map((room) => `engine/${room}`));
}

function featureOf(path: string): string | undefined {
  return /^modeler\/features\/([^/]+)\//.exec(path)?.[1];
}

/** Every border that an import can cross. */
export const borders: readonly Border[] = [
  {
    title: 'the engine imports itself, the readers of XML and FEEL, and nothing of Node',
    room: 'engine/',
    allows: ({ file, module }) =>
      file === undefined ? module !== undefined && ENGINE_PACKAGES.has(module) : file.startsWith('engine/'),
  },
  {
    title: 'the model knows neither XML nor instance state',
    room: 'engine/model/',
    allows: notInto('read', 'rules', 'state', 'appliers', 'elements', 'behaviors', 'commands', 'kernel'),
  },
  {
    title: 'reading executes nothing',
    room: 'engine/read/',
    allows: notInto('state', 'appliers', 'elements', 'behaviors', 'commands', 'kernel'),
  },
  {
    title: 'files of Camunda 7 are converted without running them',
    room: 'engine/camunda7/',
    allows: notInto('model', 'state', 'appliers', 'elements', 'behaviors', 'commands', 'kernel', 'feel'),
  },
  {
    title: 'rules look at the model alone',
    room: 'engine/rules/',
    allows: notInto('state', 'appliers', 'elements', 'behaviors', 'commands', 'kernel'),
  },
  {
    title: 'records hold no logic',
    room: 'engine/records/',
    allows: notInto(
      'read',
      'rules',
      'state',
      'appliers',
      'elements',
      'behaviors',
      'commands',
      'kernel',
      'feel',
    ),
  },
  {
    title: 'elements decide and never apply',
    room: 'engine/elements/',
    allows: notInto('appliers', 'read'),
  },
  {
    title: 'behaviors decide and never apply',
    room: 'engine/behaviors/',
    allows: notInto('appliers', 'read'),
  },
  {
    title: 'appliers apply and never decide',
    room: 'engine/appliers/',
    allows: notInto('elements', 'behaviors', 'commands', 'kernel', 'read', 'rules', 'feel'),
  },
  {
    title: 'expressions know no instance state',
    room: 'engine/feel/',
    allows: notInto('state', 'appliers', 'elements', 'behaviors', 'commands', 'kernel', 'read', 'rules'),
  },
  {
    title: 'the server imports the engine by its index',
    room: 'server/',
    allows: (what) => !leadsInto(what, 'engine', 'modeler') && !/^@countersign\/.+\//.test(what.specifier),
  },
  {
    title: 'the web app imports the engine by its index and the server not at all',
    room: 'modeler/',
    allows: (what) =>
      !leadsInto(what, 'engine', 'server') &&
      !/^@countersign\/.+\//.test(what.specifier) &&
      what.module !== '@countersign/server',
  },
  {
    title: 'the database is spoken to in the store alone',
    room: 'server/',
    allows: ({ module, typeOnly }, { path }) =>
      typeOnly ||
      path.startsWith('server/store/') ||
      (module !== 'knex' && module !== '@photostructure/sqlite'),
  },
  {
    title: 'the store knows no HTTP',
    room: 'server/store/',
    allows: (what) => !leadsInto(what, 'server/http') && what.module !== 'express',
  },
  {
    title: 'the runtime knows no HTTP',
    room: 'server/runtime/',
    allows: (what) => !leadsInto(what, 'server/http') && what.module !== 'express',
  },
  {
    title: 'built-in workers use the job interface that an outside worker has',
    room: 'server/workers/',
    allows: (what) => !leadsInto(what, 'server/store', 'server/http'),
  },
  {
    title: 'a feature never imports another feature',
    room: 'modeler/features/',
    allows: ({ file }, { path }) => {
      const other = file === undefined ? undefined : featureOf(file);
      return other === undefined || other === featureOf(path);
    },
  },
  {
    title: 'everything that touches bpmn-js lives in the diagram folder',
    room: 'modeler/',
    allows: ({ module }, { path }) =>
      path.startsWith('modeler/diagram/') || module === undefined || !DIAGRAM_PACKAGES.test(module),
  },
  {
    title: 'diagrams know no pages',
    room: 'modeler/diagram/',
    allows: (what) => !leadsInto(what, 'modeler/features'),
  },
  {
    title: 'plain components make no requests',
    room: 'modeler/ui/',
    allows: (what) => !leadsInto(what, 'modeler/features'),
  },
  {
    title: 'the client has no views',
    room: 'modeler/api/',
    allows: (what) => !leadsInto(what, 'modeler/features', 'modeler/ui', 'modeler/diagram'),
  },
];
