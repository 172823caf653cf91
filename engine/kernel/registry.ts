/** The processor of every element type. Exhaustive: a new type does not compile until it has a line here. */
import { adHocInnerInstance } from '../elements/container/ad-hoc-inner-instance.js';
import { adHocSubProcess } from '../elements/container/ad-hoc-sub-process.js';
import { callActivity } from '../elements/container/call-activity.js';
import { eventSubProcess } from '../elements/container/event-sub-process.js';
import { multiInstanceBody } from '../elements/container/multi-instance-body.js';
import { processScope } from '../elements/container/process.js';
import { subProcess } from '../elements/container/sub-process.js';
import { catchEvent } from '../elements/event/catch-event.js';
import { throwEvent } from '../elements/event/throw-event.js';
import { endEvent } from '../elements/event/end-event.js';
import { exclusiveGateway } from '../elements/gateway/exclusive-gateway.js';
import { complexGateway } from '../elements/gateway/complex-gateway.js';
import { eventBasedGateway } from '../elements/gateway/event-based-gateway.js';
import { inclusiveGateway } from '../elements/gateway/inclusive-gateway.js';
import { parallelGateway } from '../elements/gateway/parallel-gateway.js';
import { businessRuleTask } from '../elements/task/business-rule-task.js';
import { jobTask } from '../elements/task/job-task.js';
import { passThrough } from '../elements/task/pass-through.js';
import { scriptTask } from '../elements/task/script-task.js';
import { userTask } from '../elements/task/user-task.js';
import type { Processors } from './step-run.js';

/** How each element type behaves. */
export const PROCESSORS: Processors = {
  process: processScope,
  startEvent: passThrough,
  endEvent,
  intermediateCatchEvent: catchEvent,
  intermediateThrowEvent: throwEvent,
  boundaryEvent: passThrough,
  task: passThrough,
  manualTask: passThrough,
  serviceTask: jobTask,
  userTask,
  scriptTask,
  sendTask: jobTask,
  receiveTask: catchEvent,
  businessRuleTask,
  exclusiveGateway,
  parallelGateway,
  inclusiveGateway,
  complexGateway,
  eventBasedGateway,
  subProcess,
  transaction: subProcess,
  eventSubProcess,
  adHocSubProcess,
  adHocSubProcessInnerInstance: adHocInnerInstance,
  multiInstanceBody,
  callActivity,
};
