/** Which BPMN element becomes which executable type, and who reads what is particular to it. */
import type { ElementType } from '../model/element-types.js';
import { readAdHoc } from './ad-hoc.js';
import { readBusinessRuleTask } from './business-rule-task.js';
import { readCallActivity } from './call-activity.js';
import type { ElementReader } from './draft.js';
import { readEvent, readReceiveTask } from './events.js';
import { readComplexGateway, readEventBasedGateway } from './gateways.js';
import { readJobTask, readServiceTask } from './job-task.js';
import { readScriptTask } from './script-task.js';
import { readUserTask } from './user-task.js';

const nothingMore: ElementReader = () => undefined;

/** The reader of each flow node type. A container's inside is read by `process.ts`. */
export const READERS: Readonly<Record<Exclude<ElementType, 'process'>, ElementReader>> = {
  startEvent: readEvent,
  endEvent: readEvent,
  intermediateCatchEvent: readEvent,
  intermediateThrowEvent: readEvent,
  boundaryEvent: readEvent,
  task: nothingMore,
  manualTask: nothingMore,
  serviceTask: readServiceTask,
  userTask: readUserTask,
  scriptTask: readScriptTask,
  sendTask: readJobTask,
  receiveTask: readReceiveTask,
  businessRuleTask: readBusinessRuleTask,
  exclusiveGateway: nothingMore,
  parallelGateway: nothingMore,
  inclusiveGateway: nothingMore,
  complexGateway: readComplexGateway,
  eventBasedGateway: readEventBasedGateway,
  subProcess: nothingMore,
  transaction: nothingMore,
  eventSubProcess: nothingMore,
  adHocSubProcess: readAdHoc,
  adHocSubProcessInnerInstance: nothingMore,
  multiInstanceBody: nothingMore,
  callActivity: readCallActivity,
};

/** Parts of a scope that say something to people only: no token ever enters them. */
export const NOT_EXECUTED: ReadonlySet<string> = new Set([
  'bpmn:DataObject',
  'bpmn:DataObjectReference',
  'bpmn:DataStoreReference',
]);
