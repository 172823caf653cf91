/** Files of Camunda 7 as people have them: what is reported of each, and whether the result runs. */
import { convertCamunda7, countCamunda7, countOutcomes, readBpmn, reportAsCsv } from '@countersign/engine';
import type { ConversionEntry, ConversionOutcome } from '@countersign/engine';
import { describe, expect, it } from 'vitest';
import { camunda7Process, readCamunda7 } from './files.js';

async function convert(xml: string): Promise<{ xml: string; report: readonly ConversionEntry[] }> {
  const result = await convertCamunda7(xml);
  if (!result.ok) throw new Error(result.reason);
  return result;
}

/** What has an outcome, as `element found`. */
function told(report: readonly ConversionEntry[], outcome: ConversionOutcome): string[] {
  return report
    .filter((entry) => entry.outcome === outcome)
    .map(({ elementId, found }) => `${elementId ?? 'file'} ${found}`);
}

describe('a file with nothing to decide', () => {
  it.each(['claim', 'order'])('%s deploys', async (name) => {
    const { xml, report } = await convert(readCamunda7(name));
    expect(report.filter(({ outcome }) => outcome === 'decide')).toEqual([]);
    expect(countOutcomes(report).mapped).toBeGreaterThan(8);
    expect(xml).not.toContain('camunda.org/schema/1.0/bpmn');
    expect(xml).not.toMatch(/camunda:|\$\{/);
    const { processes, problems } = await readBpmn(xml);
    expect(problems).toEqual([]);
    expect(processes.map(({ id }) => id)).toEqual([name]);
  });

  it('has the same meaning element by element', async () => {
    const { xml } = await convert(readCamunda7('claim'));
    const { processes } = await readBpmn(xml);
    const [{ elementsById, flowsById, versionTag, startFormId }] = processes;
    const validate = elementsById.get('validate');
    expect({ versionTag, startFormId }).toEqual({ versionTag: '2.1', startFormId: 'claim-form' });
    expect(validate?.job).toMatchObject({ type: { fixed: 'validate-policy' }, retries: { fixed: '5' } });
    expect(validate?.inputs.map(({ source }) => source.source)).toEqual([
      '=claim.policyNumber',
      '=string join(["Claim ", string(claim.id), " of ", string(claim.customer)])',
      '=["A", claim.code]',
      '={"soft": "1000", "hard": claim.amount * 2}',
    ]);
    expect(validate?.properties).toEqual({ costCentre: '4711' });
    expect(elementsById.get('review')?.userTask).toMatchObject({
      assignee: { source: '=claim.handler' },
      candidateGroups: { source: '=["claims", claim.region]' },
      dueDate: { source: '=now() + duration("P3D")' },
      priority: { fixed: '70' },
    });
    expect(elementsById.get('remind')?.job?.type.source).toBe('=string join([string(channel), "-reminder"])');
    expect(elementsById.get('experts')?.loop).toMatchObject({
      collection: { source: '=experts' },
      inputElement: 'expert',
      completionCondition: { source: '=numberOfCompletedInstances / numberOfInstances >= 0.5' },
    });
    expect(flowsById.get('to-pay')?.condition?.source).toBe(
      '=valid and claim.amount < 500 and not(list contains([null, "", [], {}], claim.account))',
    );
  });

  it('passes to a called process what was passed before', async () => {
    const { xml } = await convert(readCamunda7('order'));
    const { processes } = await readBpmn(xml);
    const ship = processes[0].elements.find(({ id, type }) => id === 'ship' && type === 'callActivity');
    expect(ship?.calledElement).toMatchObject({
      processId: { source: '=if item.carrier = "own" then "own-shipping" else "shipping"' },
      propagateAllParentVariables: false,
      propagateAllChildVariables: false,
    });
    expect(ship?.inputs[0].source.source).toBe('=item');
    expect(ship?.outputs[0].source.source).toBe('=tracking.number');
  });

  it('keeps the drawing as it is', async () => {
    const drawingOf = (xml: string): string =>
      /<bpmndi:BPMNDiagram[\s\S]*<\/bpmndi:BPMNDiagram>/.exec(xml)?.[0].replace(/\s+/g, '') ?? '';
    const before = readCamunda7('claim');
    const { xml } = await convert(before);
    expect(drawingOf(xml)).toBe(drawingOf(before));
    expect(drawingOf(before)).not.toBe('');
  });
});

describe('a file with things to decide', () => {
  it('names each of them, and deployment refuses what has no meaning yet', async () => {
    const { xml, report } = await convert(readCamunda7('onboarding'));
    expect(told(report, 'decide').sort()).toEqual([
      'account camunda:class',
      'badge camunda:connector',
      'badge camunda:inputParameter',
      'badge camunda:outputParameter',
      'begin camunda:formKey',
      'begin camunda:initiator',
      'contract message',
      'days camunda:expression',
      'f6 camunda:executionListener',
      'mail camunda:delegateExpression',
      'meet camunda:candidateUsers',
      'meet camunda:followUpDate',
      'meet camunda:priority',
      'meet camunda:taskListener',
      'meet camunda:taskListener',
      'onboarding camunda:executionListener',
      'score script',
      'training camunda:calledElementBinding',
      'training camunda:in',
      'training camunda:variableMappingClass',
    ]);
    const { problems } = await readBpmn(xml);
    expect(problems.filter(({ elementId }) => elementId === 'meet').length).toBeGreaterThan(0);
    expect(report.filter(({ outcome, suggestion }) => outcome === 'decide' && suggestion === '')).toEqual([]);
  });

  it('tells what deployment would refuse for another reason', async () => {
    const { report } = await convert(camunda7Process('<bpmn:userTask id="task" camunda:assignee="ann" />'));
    expect(report.filter(({ outcome }) => outcome === 'decide')).toMatchObject([
      { elementId: 'process', found: 'NO_START_EVENT' },
    ]);
  });

  it('drops nothing without a word', async () => {
    const content =
      '<bpmn:startEvent id="s" camunda:madeUp="1"><bpmn:extensionElements><camunda:madeUpToo /></bpmn:extensionElements></bpmn:startEvent>';
    const { xml, report } = await convert(camunda7Process(content));
    expect(report).toMatchObject([
      { found: 'camunda:madeUpToo', outcome: 'decide' },
      { found: 'camunda:madeUp', outcome: 'none', value: '1' },
    ]);
    expect(xml).not.toContain('madeUp');
  });

  it('keeps extensions of others', async () => {
    const content =
      '<bpmn:startEvent id="s" xmlns:acme="http://acme.example" acme:colour="red" camunda:initiator="me"><bpmn:extensionElements><acme:note text="keep" /></bpmn:extensionElements></bpmn:startEvent>';
    const { xml } = await convert(camunda7Process(content));
    expect(xml).toContain('acme:colour="red"');
    expect(xml).toContain('<acme:note text="keep" />');
  });

  it('knows the namespace by its address, whatever its prefix', async () => {
    const content = '<bpmn:startEvent id="s" camunda:initiator="me" camunda:madeUp="1" />';
    const { xml, report } = await convert(
      camunda7Process(content).replaceAll('camunda:', 'old:').replace('xmlns:camunda', 'xmlns:old'),
    );
    expect(report.map(({ found, outcome }) => `${found} ${outcome}`)).toEqual([
      'camunda:initiator decide',
      'camunda:madeUp none',
    ]);
    expect((await readBpmn(xml)).problems).toEqual([]);
    expect(xml).not.toContain('old');
  });

  it('keeps what a file says in the zeebe dialect already', async () => {
    const content = `<bpmn:startEvent id="s" />
      <bpmn:callActivity id="call" camunda:asyncBefore="true" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"><bpmn:extensionElements>
        <zeebe:calledElement processId="other" />
      </bpmn:extensionElements></bpmn:callActivity>
      <bpmn:userTask id="task" camunda:assignee="ann" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"><bpmn:extensionElements>
        <zeebe:userTask /><zeebe:assignmentDefinition candidateGroups="staff" />
      </bpmn:extensionElements></bpmn:userTask>
      <bpmn:sequenceFlow id="f" sourceRef="s" targetRef="call" />
      <bpmn:sequenceFlow id="g" sourceRef="call" targetRef="task" />`;
    const { processes, problems } = await readBpmn((await convert(camunda7Process(content))).xml);
    expect(problems).toEqual([]);
    expect(processes[0].elementsById.get('call')?.calledElement).toMatchObject({
      propagateAllChildVariables: true,
    });
    expect(processes[0].elementsById.get('task')?.userTask).toMatchObject({
      assignee: { fixed: 'ann' },
      candidateGroups: { fixed: 'staff' },
    });
  });

  it('calls decisions, and says where their results may have another shape', async () => {
    const task = (attributes: string): string =>
      camunda7Process(`<bpmn:businessRuleTask id="rule" camunda:decisionRef="discount" ${attributes} />`);
    const single = await convert(
      task(
        'camunda:mapDecisionResult="singleEntry" camunda:resultVariable="rate" camunda:decisionRefBinding="deployment"',
      ),
    );
    expect(single.xml).toMatch(
      /<zeebe:calledDecision decisionId="discount" resultVariable="rate" bindingType="deployment"/,
    );
    expect(told(single.report, 'mapped')).toHaveLength(4);
    const open = await convert(task('camunda:decisionRefBinding="version" camunda:decisionRefVersion="4"'));
    expect(told(open.report, 'decide').filter((entry) => entry.startsWith('rule '))).toEqual([
      'rule camunda:decisionRef',
      'rule camunda:decisionRef',
      'rule camunda:decisionRefBinding',
    ]);
  });

  it('refuses what is no BPMN', async () => {
    expect(await convertCamunda7('{}')).toMatchObject({ ok: false });
  });
});

describe('reading without converting', () => {
  it('refuses the file with one problem that counts what has to be mapped', async () => {
    const xml = readCamunda7('claim');
    const { problems } = await readBpmn(xml);
    expect(problems).toMatchObject([{ code: 'CAMUNDA_7_FILE', severity: 'error', elementId: null }]);
    expect(problems[0].message).toContain(String(countCamunda7(xml)));
  });

  it('minds nothing that has no counterpart', async () => {
    const content = '<bpmn:startEvent id="s" camunda:asyncBefore="true" />';
    const { problems, processes } = await readBpmn(camunda7Process(content, 'camunda:historyTimeToLive="1"'));
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(processes).toHaveLength(1);
  });
});

describe('a report as CSV', () => {
  it('has a line for each entry and no formulas', async () => {
    const { report } = await convert(readCamunda7('claim'));
    const csv = reportAsCsv(report);
    expect(csv.startsWith('outcome,elementId,elementName,found,value,becomes,message,suggestion\r\n')).toBe(
      true,
    );
    expect(csv).not.toMatch(/(^|,)"?[=+@-]/m);
    expect(csv).toContain("'=valid and claim.amount");
  });
});
