/** Rules for forms of user tasks and start events. */
import { convertField } from '../generated-form.js';
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

/** Puts a field into the form that its element gets, and says what a person has to look at. */
function answerField(
  { target }: Pick<Finding, 'target'>,
  field: TreeElement,
  found: string,
  changes: Changes,
): Answer {
  const value = `${textOf(field, 'id')}: ${describeField(field)}`;
  if (hasPage(target)) {
    const message = 'A field that is written in the diagram, beside a form of another kind.';
    return { outcome: 'decide', found, value, message, suggestion: DRAW };
  }
  const { component, left } = convertField(field);
  const file = component && `${changes.addField(target, component)}.form`;
  const properties = elementsOf(elementOf(field, 'properties'), 'values').length;
  const notes = [...left, ...(properties > 0 ? ['Its properties are not kept: the form has none.'] : [])];
  const becomes = file === undefined ? {} : { becomes: `${file} "${textOf(field, 'id')}"` };
  if (notes.length === 0)
    return {
      outcome: 'mapped',
      found,
      value,
      ...becomes,
      message: 'The field is in the form of the element.',
    };
  const suggestion = 'Open the form in the form editor and look at the field.';
  return { outcome: 'decide', found, value, ...becomes, message: notes.join(' '), suggestion };
}

/** Whether the element names a form already. */
function hasPage(target: TreeElement): boolean {
  return textOf(target, 'formKey') !== '' || textOf(target, 'formRef') !== '';
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
    ['mapped', 'decide'],
    'A form file of its own beside the diagram, linked by its id; a constraint or default that it cannot have is listed.',
    ({ target, content }, changes) => {
      const fields = elementsOf(content, 'fields').map((field) =>
        answerField({ target }, field, 'camunda:formField', changes),
      );
      const businessKey = textOf(content, 'businessKey');
      if (!businessKey) return fields;
      const message = `The field "${businessKey}" gave the business key. Here whoever starts an instance gives its business id.`;
      const suggestion = 'Give the business id with the start, or read the variable where the key was read.';
      return [
        { outcome: 'decide', found: 'camunda:businessKey', value: businessKey, message, suggestion },
        ...fields,
      ];
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
    ['mapped', 'decide'],
    'A field of the form file that the element gets.',
    ({ target, content }, changes) =>
      content ? answerField({ target }, content, 'camunda:formProperty', changes) : [],
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
