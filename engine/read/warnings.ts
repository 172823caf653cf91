/** What the reader of XML left out or could not find, as findings of a deployment. */
import type { ProblemList } from '../rules/problem.js';
import type { XmlWarning } from '../xml/index.js';

/**
 * References by which a process runs. What else a file refers to is shown or exchanged between tools (data types, the
 * flows of an element beside those that name it, categories, resources): a reference there that leads nowhere changes
 * nothing about the run.
 */
const RUN_BY: ReadonlySet<string> = new Set([
  'bpmn:sourceRef',
  'bpmn:targetRef',
  'bpmn:attachedToRef',
  'bpmn:default',
  'bpmn:messageRef',
  'bpmn:signalRef',
  'bpmn:errorRef',
  'bpmn:escalationRef',
  'bpmn:activityRef',
  'bpmn:eventDefinitionRef',
  'bpmn:loopDataInputRef',
  'bpmn:loopDataOutputRef',
  'bpmn:oneBehaviorEventRef',
  'bpmn:noneBehaviorEventRef',
  'bpmn:processRef',
]);

/** Elements whose references are drawn, and followed by nothing that runs. */
const DRAWN: ReadonlySet<string> = new Set([
  'bpmn:Association',
  'bpmn:MessageFlow',
  'bpmn:ConversationLink',
  'bpmn:DataInputAssociation',
  'bpmn:DataOutputAssociation',
]);

/** References to types, which may be those of another schema (BPMN 2.0.2 §8.4.10). */
const TYPES: ReadonlySet<string> = new Set([
  'bpmn:itemSubjectRef',
  'bpmn:structureRef',
  'bpmn:itemRef',
  'bpmn:evaluatesToTypeRef',
  'bpmn:type',
]);

/** Whether a process runs by a reference that leads nowhere. */
export function isRunBy({ element, property = '' }: XmlWarning): boolean {
  return RUN_BY.has(property) && !DRAWN.has(element?.$type ?? '');
}

/**
 * Tells what was left out. Foreign namespaces are allowed (BPMN 2.0.2 §8.3.3), and what is wrong in the diagram
 * changes nothing about the run: files that have either are common.
 */
export function reportWarning(warning: XmlWarning, problems: ProblemList): void {
  if (warning.element) return reportElement(warning, problems);
  const { message } = warning;
  if (message.includes('missing namespace for prefix')) {
    const hint = 'Declare the prefix with xmlns, or remove the attribute.';
    return problems.warn('XML_CONTENT', null, `${message}: the attribute has no effect.`, hint);
  }
  const name = /(?:unknown type|unrecognized element) <([^>]+)/.exec(message)?.[1];
  const inBpmn = name === undefined ? /duplicate ID|illegal ID/.test(message) : /^(bpmn|zeebe):/i.test(name);
  if (inBpmn) problems.error('XML_CONTENT', null, `${message}.`, 'Remove or correct it.');
}

function reportElement(warning: XmlWarning, problems: ProblemList): void {
  const { message, element, property = '', value = '', namespace } = warning;
  const type = element?.$type ?? '';
  if (/^(bpmndi|dc|di):/.test(type)) return;
  const given = element?.get('id');
  const id = typeof given === 'string' ? given : null;
  if (message.startsWith('unknown attribute')) {
    return problems.warn('XML_CONTENT', id, `${message}: it has no effect.`, 'Remove or correct it.');
  }
  if (namespace !== undefined && TYPES.has(property)) return;
  const what = `The ${property.replace(/^\w+:/, '') || 'reference'} "${value}"`;
  const where =
    namespace === undefined ? 'is not in the file' : `is in another file, with the namespace "${namespace}"`;
  if (isRunBy(warning)) {
    return problems.error('REFERENCE_BROKEN', id, `${what} ${where}.`, 'Correct or remove it.');
  }
  const hint = 'Remove it, or save the file again with the tool that made it.';
  problems.warn('REFERENCE_BROKEN', id, `${what} ${where}: it has no effect.`, hint);
}
