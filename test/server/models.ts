/** Small processes and a form for the tests of the API, without diagrams. */

const HEAD = `<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  id="definitions" targetNamespace="http://example.com">`;

/** A BPMN file with these children of its root. */
export function bpmn(inside: string): string {
  return `${HEAD}${inside}</bpmn:definitions>`;
}

/** Start → service task `work` (job type `work`, a header) → end. */
export const ONE_JOB = bpmn(`
  <bpmn:process id="one-job" name="One job" isExecutable="true">
    <bpmn:extensionElements><zeebe:versionTag value="v1" /></bpmn:extensionElements>
    <bpmn:startEvent id="start" />
    <bpmn:sequenceFlow id="to-work" sourceRef="start" targetRef="work" />
    <bpmn:serviceTask id="work" name="Do the work">
      <bpmn:extensionElements>
        <zeebe:taskDefinition type="work" retries="3" />
        <zeebe:taskHeaders><zeebe:header key="speed" value="high" /></zeebe:taskHeaders>
      </bpmn:extensionElements>
    </bpmn:serviceTask>
    <bpmn:sequenceFlow id="to-end" sourceRef="work" targetRef="end" />
    <bpmn:endEvent id="end" />
  </bpmn:process>`);

/** Start form → user task `approve` for group accounting with a form and a due date → end. */
export const ONE_TASK = bpmn(`
  <bpmn:process id="one-task" name="One task" isExecutable="true">
    <bpmn:startEvent id="start">
      <bpmn:extensionElements><zeebe:formDefinition formId="decision" /></bpmn:extensionElements>
    </bpmn:startEvent>
    <bpmn:sequenceFlow id="to-approve" sourceRef="start" targetRef="approve" />
    <bpmn:userTask id="approve" name="Approve it">
      <bpmn:extensionElements>
        <zeebe:userTask />
        <zeebe:formDefinition formId="decision" />
        <zeebe:assignmentDefinition candidateGroups="=[&quot;accounting&quot;]" />
        <zeebe:taskSchedule dueDate="2030-01-01T12:00:00+02:00" />
        <zeebe:taskHeaders><zeebe:header key="approval" value="true" /></zeebe:taskHeaders>
      </bpmn:extensionElements>
    </bpmn:userTask>
    <bpmn:sequenceFlow id="to-end" sourceRef="approve" targetRef="end" />
    <bpmn:endEvent id="end" />
  </bpmn:process>`);

/** The form of `ONE_TASK`. */
export const DECISION_FORM = JSON.stringify({
  id: 'decision',
  type: 'default',
  schemaVersion: 18,
  components: [{ key: 'approved', type: 'checkbox', label: 'Approved' }],
});

/** Waits for message `paid` by the variable `orderId`, but at most an hour. */
export const WAITING = bpmn(`
  <bpmn:message id="paid" name="paid">
    <bpmn:extensionElements><zeebe:subscription correlationKey="=orderId" /></bpmn:extensionElements>
  </bpmn:message>
  <bpmn:process id="waiting" isExecutable="true">
    <bpmn:startEvent id="start" />
    <bpmn:sequenceFlow id="to-wait" sourceRef="start" targetRef="wait" />
    <bpmn:receiveTask id="wait" messageRef="paid" />
    <bpmn:boundaryEvent id="too-late" attachedToRef="wait">
      <bpmn:timerEventDefinition id="hour">
        <bpmn:timeDuration xsi:type="bpmn:tFormalExpression">PT1H</bpmn:timeDuration>
      </bpmn:timerEventDefinition>
    </bpmn:boundaryEvent>
    <bpmn:sequenceFlow id="to-paid" sourceRef="wait" targetRef="paid-end" />
    <bpmn:sequenceFlow id="to-late" sourceRef="too-late" targetRef="late-end" />
    <bpmn:endEvent id="paid-end" />
    <bpmn:endEvent id="late-end" />
  </bpmn:process>`);

/** Starts by message `order` and by signal `go`. */
export const STARTED_BY_EVENTS = bpmn(`
  <bpmn:message id="order" name="order" />
  <bpmn:signal id="go" name="go" />
  <bpmn:process id="started-by-events" isExecutable="true">
    <bpmn:startEvent id="on-order"><bpmn:messageEventDefinition id="m" messageRef="order" /></bpmn:startEvent>
    <bpmn:startEvent id="on-go"><bpmn:signalEventDefinition id="s" signalRef="go" /></bpmn:startEvent>
    <bpmn:sequenceFlow id="from-order" sourceRef="on-order" targetRef="end" />
    <bpmn:sequenceFlow id="from-go" sourceRef="on-go" targetRef="end" />
    <bpmn:endEvent id="end" />
  </bpmn:process>`);

/** Computes `sum` from `a` and `b` and ends at once; an incident where one is missing. */
export const ADDING = bpmn(`
  <bpmn:process id="adding" isExecutable="true">
    <bpmn:startEvent id="start" />
    <bpmn:sequenceFlow id="to-gateway" sourceRef="start" targetRef="gateway" />
    <bpmn:exclusiveGateway id="gateway" default="to-add" />
    <bpmn:sequenceFlow id="to-add" sourceRef="gateway" targetRef="add" />
    <bpmn:sequenceFlow id="to-end-directly" sourceRef="gateway" targetRef="end">
      <bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">=a &gt; 100</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
    <bpmn:scriptTask id="add">
      <bpmn:extensionElements><zeebe:script expression="=a + b" resultVariable="sum" /></bpmn:extensionElements>
    </bpmn:scriptTask>
    <bpmn:sequenceFlow id="to-end" sourceRef="add" targetRef="end" />
    <bpmn:endEvent id="end" />
  </bpmn:process>`);
