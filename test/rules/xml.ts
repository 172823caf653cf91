/** BPMN files written by hand around a piece of content, well-formed or not. */

/** A file with this content, whatever it is. */
export function definitions(content: string): string {
  return (
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"' +
    ' xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"' +
    ' xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="d" targetNamespace="urn:test">' +
    `${content}</bpmn:definitions>`
  );
}

/** A file with one executable process `p`, and what stands beside it. */
export function inProcess(inside: string, beside = ''): string {
  return definitions(`<bpmn:process id="p" isExecutable="true">${inside}</bpmn:process>${beside}`);
}
