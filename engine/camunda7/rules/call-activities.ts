/** Rules for what a call activity calls and which variables cross the border. */
import { hasExpression, translateValue } from '../juel/index.js';
import {
  attributeValue,
  noFeel,
  none,
  partOf,
  rule,
  WRITE_FEEL,
  type Answer,
  type Changes,
  type Finding,
  type RuleTable,
} from '../rule.js';
import { textOf, zeebeElement } from '../tree.js';

const NO_TENANTS = 'There are no tenants: everything deployed belongs to all.';
const NO_CMMN =
  'Cases of CMMN are not run: what the case did has to be modelled as a process, such as an ad-hoc sub-process.';

function convertBinding({ target, holder, value }: Finding, changes: Changes): Answer {
  if (value === 'version') {
    return {
      outcome: 'decide',
      message: `The call was bound to version ${textOf(holder, 'calledElementVersion')}. A number of a version means another process in another place, so it cannot be bound to here.`,
      suggestion:
        'Bind it to the latest version or to the deployment, or give the called process a version tag and bind it to the tag.',
    };
  }
  changes.set(target, 'calledElement', { bindingType: value });
  return {
    outcome: 'mapped',
    becomes: `zeebe:calledElement bindingType="${value}"`,
    message: 'The binding is kept.',
  };
}

/** One `camunda:in` or `camunda:out`. */
function convertBorder({ target, content }: Finding, changes: Changes, side: 'input' | 'output'): Answer {
  const attributes = ['source', 'sourceExpression', 'target', 'variables', 'businessKey', 'local'] as const;
  const value = attributes
    .map((name) => textOf(content, name) && `${name}=${textOf(content, name)}`)
    .filter(Boolean)
    .join(' ');
  if (target.$type !== 'bpmn:CallActivity') {
    const message = 'Variables that go along with a signal are those that the throwing event maps in.';
    return {
      outcome: 'decide',
      value,
      message,
      suggestion: 'Say with the signal which variables it carries, and read them where it is caught.',
    };
  }
  if (textOf(content, 'businessKey')) {
    const message = 'Instances have no business key.';
    return {
      outcome: 'decide',
      value,
      message,
      suggestion: 'Pass the key as a variable, where the called process reads it.',
    };
  }
  if (textOf(content, 'variables') === 'all') {
    const attribute = side === 'input' ? 'propagateAllParentVariables' : 'propagateAllChildVariables';
    changes.set(target, 'calledElement', { [attribute]: 'true' });
    return {
      outcome: 'mapped',
      value,
      becomes: `zeebe:calledElement ${attribute}="true"`,
      message: 'All variables cross the border.',
    };
  }
  const expression = textOf(content, 'sourceExpression') || `\${${textOf(content, 'source')}}`;
  const source = translateValue(hasExpression(expression) ? expression : `\${${expression}}`);
  const name = textOf(content, 'target');
  const written = source.ok ? attributeValue(source.value) : `=${expression}`;
  changes.add(target, 'ioMapping', zeebeElement(side, { source: written, target: name }));
  if (!source.ok) return { outcome: 'decide', value, message: noFeel(source.reason), suggestion: WRITE_FEEL };
  return {
    outcome: 'mapped',
    value,
    becomes: `zeebe:${side} source="${written}" target="${name}"`,
    message: 'The variable crosses the border under this name.',
  };
}

function replaceMapping({ value }: Finding): Answer {
  return {
    outcome: 'decide',
    value,
    message: 'Java code said which variables cross the border. Here input and output mappings say it.',
    suggestion:
      'Add an input for each variable that the called process reads, and an output for each that it gives back.',
  };
}

const IN = '`camunda:in`';

/** The rules. */
export const callActivityRules: RuleTable = {
  'CallActivity#calledElementBinding': rule(
    ['mapped', 'decide'],
    '`zeebe:calledElement bindingType`; a number of a version becomes a version tag.',
    convertBinding,
  ),
  'CallActivity#calledElementVersion': partOf('`camunda:calledElementBinding`'),
  'CallActivity#calledElementVersionTag': rule(
    ['mapped'],
    '`zeebe:calledElement versionTag`.',
    ({ target, value }, changes) => {
      changes.set(target, 'calledElement', { versionTag: value });
      return {
        outcome: 'mapped',
        becomes: `zeebe:calledElement versionTag="${value}"`,
        message: 'The version tag is kept.',
      };
    },
  ),
  'CallActivity#calledElementTenantId': none(NO_TENANTS),
  'CallActivity#caseRef': rule(['decide'], NO_CMMN, () => ({
    outcome: 'decide',
    message: NO_CMMN,
    suggestion: 'Model the case as a process, and call it.',
  })),
  'CallActivity#caseBinding': none(NO_CMMN),
  'CallActivity#caseVersion': none(NO_CMMN),
  'CallActivity#caseTenantId': none(NO_TENANTS),
  'CallActivity#variableMappingClass': rule(
    ['decide'],
    'Input and output mappings take the place of the Java code.',
    replaceMapping,
  ),
  'CallActivity#variableMappingDelegateExpression': rule(
    ['decide'],
    'Input and output mappings take the place of the Java code.',
    replaceMapping,
  ),
  In: rule(
    ['mapped', 'decide'],
    '`zeebe:input` of the call activity, or all variables; a business key and the variables of a signal are decided.',
    (finding, changes) => convertBorder(finding, changes, 'input'),
  ),
  Out: rule(
    ['mapped', 'decide'],
    '`zeebe:output` of the call activity, or all variables.',
    (finding, changes) => convertBorder(finding, changes, 'output'),
  ),
  'InOutBinding#source': partOf(IN),
  'InOutBinding#sourceExpression': partOf(IN),
  'InOutBinding#target': partOf(IN),
  'InOutBinding#businessKey': partOf(IN),
  'InOutBinding#local': partOf(IN),
  'InOutBinding#variables': partOf(IN),
};
