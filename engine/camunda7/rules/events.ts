/** Rules for what events carry: codes, messages of errors, names of variables. */
import { feelText } from '../juel/index.js';
import { none, rule, type Answer, type Changes, type Finding, type RuleTable } from '../rule.js';
import { elementOf, textOf, zeebeElement } from '../tree.js';

/** A caught code is known where the event names it; the event then sets the variable itself. */
function convertCode(
  { holder, target, value }: Finding,
  changes: Changes,
  reference: string,
  property: string,
): Answer {
  const code = textOf(elementOf(holder, reference), property);
  if (code === '') {
    return {
      outcome: 'decide',
      message: 'The event catches every code, and the code that was thrown is in no variable here.',
      suggestion: `Use an event for each code, or let the one who throws give the variable "${value}" along.`,
    };
  }
  const source = `=${feelText(code)}`;
  changes.add(target, 'ioMapping', zeebeElement('output', { source, target: value }));
  return {
    outcome: 'mapped',
    becomes: `zeebe:output source="${source}" target="${value}"`,
    message: 'The event sets the variable to the code that it catches.',
  };
}

/** Which changes of variables a condition is asked at. */
function convertEvents({ target, holder, value }: Finding, changes: Changes): Answer {
  const known = value.split(',').map((event) => event.trim());
  const kept = known.filter((event) => event === 'create' || event === 'update');
  if (kept.length > 0) changes.set(holder, 'conditionalFilter', { variableEvents: kept.join(', ') });
  if (kept.length === known.length) {
    return {
      outcome: 'mapped',
      becomes: `zeebe:conditionalFilter variableEvents="${kept.join(', ')}"`,
      message: 'The condition is asked at these changes.',
    };
  }
  const message =
    'Variables are created and updated here, never deleted, so that a condition cannot wait for that.';
  return {
    outcome: 'decide',
    message,
    suggestion: `Set the variable to null where "${target.id ?? ''}" waits for it to be deleted.`,
  };
}

/** The rules. */
export const eventRules: RuleTable = {
  'ErrorEventDefinitionExtension#errorCodeVariable': rule(
    ['mapped', 'decide'],
    'An output of the event with the code it catches; an event that catches every code needs another way.',
    (finding, changes) => convertCode(finding, changes, 'errorRef', 'errorCode'),
  ),
  'ErrorEventDefinitionExtension#errorMessageVariable': rule(
    ['decide'],
    'Whoever throws the error gives variables along with it.',
    ({ value }) => ({
      outcome: 'decide',
      message: 'The message of an error is told to people, and is in no variable.',
      suggestion: `Let the worker that throws the error give the variable "${value}" along.`,
    }),
  ),
  'Error#errorMessage': none('The message of an error is said by the worker that throws it.'),
  'EscalationEventDefinitionExtension#escalationCodeVariable': rule(
    ['mapped', 'decide'],
    'An output of the event with the code it catches; an event that catches every code needs another way.',
    (finding, changes) => convertCode(finding, changes, 'escalationRef', 'escalationCode'),
  ),
  'SignalEventDefinitionExtension#async': none(
    'A signal reaches each instance in a step of its own, always.',
  ),
  'ConditionalEventDefinitionExtension#variableName': rule(
    ['mapped'],
    '`zeebe:conditionalFilter variableNames`.',
    ({ holder, value }, changes) => {
      changes.set(holder, 'conditionalFilter', { variableNames: value });
      return {
        outcome: 'mapped',
        becomes: `zeebe:conditionalFilter variableNames="${value}"`,
        message: 'The condition is asked when this variable changes.',
      };
    },
  ),
  'ConditionalEventDefinitionExtension#variableEvents': rule(
    ['mapped', 'decide'],
    '`zeebe:conditionalFilter variableEvents`; there is no `delete`.',
    convertEvents,
  ),
  'Initiator#initiator': rule(
    ['decide'],
    'Who started an instance is in the audit trail; a process that reads it gets it as a variable.',
    ({ value }) => ({
      outcome: 'decide',
      message: 'Who started the instance is in the audit trail, and in no variable.',
      suggestion: `Give the variable "${value}" when you start an instance, where the process reads it.`,
    }),
  ),
};
