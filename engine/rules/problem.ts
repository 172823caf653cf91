/** A finding at deployment. All findings are reported at once; one of severity `error` refuses the file. */
export interface Problem {
  /** Stable name from the catalogue in `PROBLEM_CODES`. */
  readonly code: ProblemCode;
  /** The element it is about; null for the file as a whole. */
  readonly elementId: string | null;
  /** What is wrong, as a sentence. */
  readonly message: string;
  /** What to do about it, as a sentence. */
  readonly hint: string;
  readonly severity: 'error' | 'warning';
}

/** Every code a deployment can report, with what it means. */
export const PROBLEM_CODES = {
  XML_INVALID: 'The file is not well-formed XML or not a BPMN document.',
  XML_CONTENT: 'An element or attribute is not known to BPMN, or two elements share an id.',
  CAMUNDA_7_FILE: 'The file has extensions of Camunda 7, which have to be converted first.',
  REFERENCE_BROKEN: 'An element refers to another that is not in the file.',
  NO_EXECUTABLE_PROCESS: 'The file has no process that is marked executable.',
  NOT_SUPPORTED: 'An element or attribute is valid, but this version cannot run it.',
  NO_START_EVENT: 'A process or sub-process has nowhere to begin.',
  SEVERAL_START_EVENTS: 'A process or sub-process has several none start events.',
  START_EVENT_INCOMING: 'A sequence flow leads into a start event.',
  END_EVENT_OUTGOING: 'A sequence flow leaves an end event.',
  FEEL_SYNTAX: 'A FEEL expression cannot be parsed.',
  EXPRESSION_NEEDED: 'A fixed value stands where an expression must.',
  VALUE_MISSING: 'Something the element needs to run is missing.',
  TIMER_INVALID: 'A timer is not a valid ISO 8601 date, duration or cycle.',
  CONDITION_MISSING:
    'A sequence flow out of an exclusive gateway has neither a condition nor is it the default.',
  FLOW_CROSSES_SCOPE: 'A sequence flow connects elements of different scopes.',
  BOUNDARY_DUPLICATE: 'Two boundary events of one activity catch the same thing.',
  LINK_BROKEN: 'A link event has no other end, or several.',
  EVENT_GATEWAY_TARGET: 'An event-based gateway leads to something that is no event.',
  COMPENSATION_INVALID: 'A compensation, transaction or cancel event cannot work as it is drawn.',
  VALUE_INVALID: 'A fixed value is not one that the element can have.',
  TRIGGER_DUPLICATE: 'Two start events of a process wait for the same trigger.',
  LIMIT_EXCEEDED: 'The model goes beyond a documented limit.',
  EXTENSION_IGNORED: 'An extension stands at an element that does not read it.',
  ELEMENT_UNREACHABLE: 'Nothing leads to an element, so that it never begins.',
  JOIN_INCOMPLETE: 'A parallel gateway waits for a token that can never come.',
  EVENT_UNTRIGGERED: 'Nothing that an event listens to can throw what it waits for.',
  MAPPING_INVALID: 'An input or output mapping has no valid target.',
} as const;

/** A code of the catalogue. */
export type ProblemCode = keyof typeof PROBLEM_CODES;

/** Collects findings. */
export interface ProblemList {
  readonly problems: Problem[];
  error(code: ProblemCode, elementId: string | null, message: string, hint: string): void;
  warn(code: ProblemCode, elementId: string | null, message: string, hint: string): void;
}

/** An empty list of findings. */
export function problemList(): ProblemList {
  const problems: Problem[] = [];
  return {
    problems,
    error: (code, elementId, message, hint) =>
      void problems.push({ code, elementId, message, hint, severity: 'error' }),
    warn: (code, elementId, message, hint) =>
      void problems.push({ code, elementId, message, hint, severity: 'warning' }),
  };
}
