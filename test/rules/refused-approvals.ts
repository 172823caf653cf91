/** Signatures, four eyes and sensitivity that a deployment refuses: more rows for the table of refused content. */
import type { ProblemCode } from '@countersign/engine';
import type { RefusedContent } from './refused-content.js';

const start = '<bpmn:startEvent id="s" />';
const extensions = (content: string) => `<bpmn:extensionElements>${content}</bpmn:extensionElements>`;
const person = (extension: string) =>
  `${start}<bpmn:userTask id="a">${extensions(`<zeebe:userTask />${extension}`)}</bpmn:userTask>`;
const property = (name: string, value: string) =>
  `<zeebe:properties><zeebe:property name="${name}" value="${value}" /></zeebe:properties>`;

/** The rows. */
export const REFUSED_APPROVALS: readonly RefusedContent[] = [
  ...[
    ['a re-authentication that is neither', property('reauthenticate', 'yes'), 'VALUE_INVALID'],
    ['an empty meaning', property('signatureMeaning', ' '), 'VALUE_INVALID'],
    ['a meaning that is an expression', property('signatureMeaning', '=text'), 'VALUE_INVALID'],
    ['a meaning as long as a page', property('signatureMeaning', 'x'.repeat(201)), 'VALUE_INVALID'],
    ['a meaning of a refusal that nobody can give', property('refusalMeaning', 'No'), 'VALUE_INVALID'],
    ['four eyes that name nobody', property('fourEyes', ' , '), 'VALUE_INVALID'],
    ['four eyes with half a name', property('fourEyes', 'other/'), 'VALUE_INVALID'],
    ['four eyes with an unknown task', property('fourEyes', 'starter, nobody'), 'REFERENCE_BROKEN'],
    [
      'four eyes with an unknown task, with its process',
      property('fourEyes', 'p/nobody'),
      'REFERENCE_BROKEN',
    ],
    ['four eyes with what is no user task', property('fourEyes', 's'), 'REFERENCE_BROKEN'],
  ].map(([about, extension, code]): RefusedContent => ({
    about,
    inside: person(extension),
    expected: [[code as ProblemCode, 'a']],
  })),
  {
    about: 'four eyes in a header',
    inside: person('<zeebe:taskHeaders><zeebe:header key="fourEyes" value="nobody" /></zeebe:taskHeaders>'),
    expected: [['REFERENCE_BROKEN', 'a']],
  },
  {
    about: 'a signature on a task that nobody signs',
    inside: `${start}<bpmn:task id="a">${extensions(property('fourEyes', 'starter'))}</bpmn:task>`,
    expected: [['VALUE_INVALID', 'a']],
  },
  {
    about: 'a process that is sensitive in its own way',
    inside: extensions(property('sensitive', 'very')) + start,
    expected: [['VALUE_INVALID', 'p']],
  },
];
