/** Instances of converted files run: jobs, people, listeners and their order are those that the file of Camunda 7 had. */
import {
  convertCamunda7,
  hasEnded,
  type Command,
  type InstanceTree,
  type JsonObject,
} from '@countersign/engine';
import { expect, test } from 'vitest';
import { mustStep, newTree, openEngineBench } from '../support/engine-bench.js';
import { camunda7Process, readCamunda7 } from './files.js';

/** Runs a converted file to its end, doing whatever waits; gives what was done, in order. */
async function run(xml: string, variables: JsonObject, answer: JsonObject): Promise<string[]> {
  const converted = await convertCamunda7(xml);
  if (!converted.ok) throw new Error(converted.reason);
  const bench = openEngineBench();
  const [definition] = await bench.deploy(converted.xml);
  const tree = newTree(bench);
  const keys = { processInstanceKey: tree.rootKey, processDefinitionKey: definition.key };
  mustStep(bench, tree, { type: 'create instance', ...keys, variables });
  const done: string[] = [];
  while (!hasEnded(tree)) mustStep(bench, tree, next(tree, answer, done));
  return done;
}

function next(tree: InstanceTree, answer: JsonObject, done: string[]): Command {
  for (const { key: jobKey, element, type, listens } of tree.jobs.values()) {
    done.push(`${listens?.toLowerCase() ?? 'job'} ${type} at ${element.node.id}`);
    return { type: 'complete job', jobKey, variables: listens ? {} : answer };
  }
  for (const { key: userTaskKey, element } of tree.userTasks.values()) {
    done.push(`person at ${element.node.id}`);
    return { type: 'complete user task', userTaskKey, variables: answer, action: 'complete' };
  }
  const incidents = [...tree.incidents.values()].map(
    ({ errorType, element }) => `${errorType} ${element.node.id}`,
  );
  throw new Error(`Nothing waits: ${incidents.join(', ')}`);
}

test('listeners are asked in the order that they had', async () => {
  const xml = camunda7Process(`
    <bpmn:startEvent id="start" />
    <bpmn:serviceTask id="fetch" camunda:type="external" camunda:topic="fetch" camunda:taskPriority="7">
      <bpmn:extensionElements>
        <camunda:executionListener delegateExpression="\${before}" event="start" />
        <camunda:executionListener class="com.example.After" event="end" />
      </bpmn:extensionElements>
    </bpmn:serviceTask>
    <bpmn:userTask id="check" camunda:assignee="ann">
      <bpmn:extensionElements>
        <camunda:taskListener delegateExpression="\${created}" event="create" />
        <camunda:taskListener delegateExpression="\${assigned}" event="assignment" />
        <camunda:taskListener class="com.example.Checked" event="complete" />
      </bpmn:extensionElements>
    </bpmn:userTask>
    <bpmn:endEvent id="end" />
    <bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="fetch" />
    <bpmn:sequenceFlow id="f2" sourceRef="fetch" targetRef="check" />
    <bpmn:sequenceFlow id="f3" sourceRef="check" targetRef="end" />`);
  const done = await run(xml, {}, {});
  expect(done.map((line) => line.replace(/ \S+ at/, ' at'))).toEqual([
    'start at fetch',
    'job at fetch',
    'end at fetch',
    'creating at check',
    'assigning at check',
    'person at check',
    'completing at check',
  ]);
});

test('a file with nothing to decide comes to its end', async () => {
  const claim = {
    id: 'C1',
    customer: 'Ann',
    code: 'B',
    amount: 900,
    policyNumber: 'P1',
    handler: 'ann',
    region: 'north',
  };
  const variables = { claim, experts: ['eve', 'bob'], channel: 'mail', valid: false };
  const done = await run(readCamunda7('claim'), variables, { valid: false });
  expect(done).toContain('person at review');
  expect(done.filter((line) => line.startsWith('job ask-expert')).length).toBeGreaterThan(0);
});
