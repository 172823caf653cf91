/** The flow nodes of a diagram, read from its XML without drawing it. */

/** A task, event, gateway or sub-process. */
export interface FlowNode {
  id: string;
  /** The name people know it by; its id where it has none. */
  name: string;
  /** The tag of BPMN, such as `userTask`. */
  type: string;
  /** Whether a token can be put there: not at what is attached to another element, nor at a start event. */
  canStart: boolean;
}

const BPMN = 'http://www.omg.org/spec/BPMN/20100524/MODEL';
const NODE = /(Task|task|Event|Gateway|ubProcess|callActivity|transaction)$/;

/** The nodes in the order of the file; what is no BPMN gives none. */
export function flowNodesOf(xml: string): FlowNode[] {
  const parsed = new DOMParser().parseFromString(xml, 'application/xml');
  return [...parsed.getElementsByTagNameNS(BPMN, '*')]
    .filter((element) => NODE.test(element.localName) && element.id)
    .map((element) => ({
      id: element.id,
      name: element.getAttribute('name')?.trim() || element.id,
      type: element.localName,
      canStart: element.localName !== 'startEvent' && element.localName !== 'boundaryEvent',
    }));
}
