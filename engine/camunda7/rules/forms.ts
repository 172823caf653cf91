/** Rules for forms of user tasks and start events. */
import { partOf, rule, type Answer, type Changes, type Finding, type RuleTable } from '../rule.js';
import { elementOf, elementsOf, textOf, type TreeElement } from '../tree.js';

const DRAW = 'Draw the form in the form editor, deploy it with the process, and link it by its id.';

/** `camunda-forms:deployment:forms/order.form` names a file that the form editor wrote; other keys name pages of an app. */
function convertKey({ target, value }: Finding, changes: Changes): Answer {
  const file = /^camunda-forms:(?:deployment|app):(?:.*\/)?([^/]+?)(?:\.form)?$/.exec(value)?.[1];
  if (file !== undefined) {
    changes.set(target, 'formDefinition', { formId: file });
    return {
      outcome: 'decide',
      becomes: `zeebe:formDefinition formId="${file}"`,
      message:
        'The form was named by its file; here it is named by the id that stands in the file. The name of the file is set as its id.',
      suggestion: `Deploy the form with the process, and see that its id is "${file}".`,
    };
  }
  const message =
    'The form is a page of the web application that went with Camunda 7, which there is none of here.';
  return { outcome: 'decide', message, suggestion: DRAW };
}

function convertBinding({ target, holder, value }: Finding, changes: Changes): Answer {
  if (value === 'version') {
    const message = `The form was bound to version ${textOf(holder, 'formRefVersion')}. A number of a version means another form in another place, so it cannot be bound to here.`;
    return {
      outcome: 'decide',
      message,
      suggestion: 'Bind it to the deployment, or give the form a version tag and bind it to the tag.',
    };
  }
  changes.set(target, 'formDefinition', { bindingType: value });
  return {
    outcome: 'mapped',
    becomes: `zeebe:formDefinition bindingType="${value}"`,
    message: 'The binding is kept.',
  };
}

/** What a field asks for, in words. */
function describeField(field: TreeElement): string {
  const label = textOf(field, 'label') || textOf(field, 'name');
  const facts = [
    textOf(field, 'type') || 'string',
    label && `labelled "${label}"`,
    textOf(field, 'defaultValue') && `default ${textOf(field, 'defaultValue')}`,
    textOf(field, 'default') && `default ${textOf(field, 'default')}`,
    textOf(field, 'datePattern') && `date pattern ${textOf(field, 'datePattern')}`,
    ...['required', 'readable', 'writable', 'variable', 'expression'].map(
      (name) => textOf(field, name) && `${name} ${textOf(field, name)}`,
    ),
    ...elementsOf(field, 'values').map((value) => `choice ${textOf(value, 'id')} "${textOf(value, 'name')}"`),
    ...elementsOf(elementOf(field, 'validation'), 'constraints').map((constraint) =>
      `${textOf(constraint, 'name')} ${textOf(constraint, 'config')}`.trim(),
    ),
    ...elementsOf(elementOf(field, 'properties'), 'values').map(
      (property) => `property ${textOf(property, 'id')}=${textOf(property, 'value')}`,
    ),
  ];
  return facts.filter((fact) => fact !== '').join(', ');
}

function convertField(field: TreeElement, found: string): Answer {
  const id = textOf(field, 'id');
  return {
    outcome: 'decide',
    found,
    value: `${id}: ${describeField(field)}`,
    message: 'A field that is written in the diagram; here fields are in a form of their own.',
    suggestion: `Add a field with the key "${id}" to the form of this element.`,
  };
}

const FIELD = '`camunda:formField`';
const PROPERTY = '`camunda:formProperty`';

/** The rules. */
export const formRules: RuleTable = {
  'FormSupported#formKey': rule(
    ['decide'],
    '`zeebe:formDefinition formId` for a form of the form editor; a page of a web application is drawn as a form.',
    convertKey,
  ),
  'FormSupported#formRef': rule(
    ['mapped'],
    '`zeebe:formDefinition formId`.',
    ({ target, value }, changes) => {
      changes.set(target, 'formDefinition', { formId: value });
      return {
        outcome: 'mapped',
        becomes: `zeebe:formDefinition formId="${value}"`,
        message: 'The form is linked by its id. Deploy it with the process.',
      };
    },
  ),
  'FormSupported#formRefBinding': rule(
    ['mapped', 'decide'],
    '`zeebe:formDefinition bindingType`; a number of a version becomes a version tag.',
    convertBinding,
  ),
  'FormSupported#formRefVersion': partOf('`camunda:formRefBinding`'),
  'FormSupported#formHandlerClass': rule(
    ['decide'],
    'Java code that reads what a form sends: what it did moves to a worker after the task.',
    () => ({
      outcome: 'decide',
      message:
        'Java code read what the form sent. Here the values of a form are the variables that complete the task.',
      suggestion: 'Do what the code did in a service task after this element.',
    }),
  ),
  FormData: rule(
    ['decide'],
    'Each field is listed: draw a form with them and link it by its id.',
    ({ content }) => {
      const fields = elementsOf(content, 'fields').map((field) => convertField(field, 'camunda:formField'));
      const businessKey = textOf(content, 'businessKey');
      const key = businessKey ? `, of which "${businessKey}" gives the business key` : '';
      const message = `The diagram holds a form of ${fields.length} fields${key}; here a form is a file of its own.`;
      return [{ outcome: 'decide', message, suggestion: DRAW }, ...fields];
    },
  ),
  'FormData#fields': partOf('`camunda:formData`'),
  'FormData#businessKey': partOf('`camunda:formData`'),
  FormField: partOf('`camunda:formData`'),
  'FormField#id': partOf(FIELD),
  'FormField#label': partOf(FIELD),
  'FormField#type': partOf(FIELD),
  'FormField#datePattern': partOf(FIELD),
  'FormField#defaultValue': partOf(FIELD),
  'FormField#properties': partOf(FIELD),
  'FormField#validation': partOf(FIELD),
  'FormField#values': partOf(FIELD),
  Validation: partOf(FIELD),
  'Validation#constraints': partOf(FIELD),
  Constraint: partOf(FIELD),
  'Constraint#name': partOf(FIELD),
  'Constraint#config': partOf(FIELD),
  FormProperty: rule(
    ['decide'],
    'A field of a form: draw a form with it and link it by its id.',
    ({ content }) => (content ? convertField(content, 'camunda:formProperty') : []),
  ),
  'FormProperty#id': partOf(PROPERTY),
  'FormProperty#name': partOf(PROPERTY),
  'FormProperty#type': partOf(PROPERTY),
  'FormProperty#required': partOf(PROPERTY),
  'FormProperty#readable': partOf(PROPERTY),
  'FormProperty#writable': partOf(PROPERTY),
  'FormProperty#variable': partOf(PROPERTY),
  'FormProperty#expression': partOf(PROPERTY),
  'FormProperty#datePattern': partOf(PROPERTY),
  'FormProperty#default': partOf(PROPERTY),
  'FormProperty#values': partOf(PROPERTY),
};
