/** The files of Camunda 7 that tests convert. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The path of a file beside this one. */
export function fileOf(name: string): string {
  return fileURLToPath(new URL(`${name}.bpmn`, import.meta.url));
}

/** Its text. */
export function readCamunda7(name: string): string {
  return readFileSync(fileOf(name), 'utf8');
}

/** A file with one process that holds this XML. */
export function camunda7Process(content: string, attributes = ''): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="definitions" targetNamespace="http://countersign.dev/tests">
  <bpmn:process id="process" isExecutable="true" ${attributes}>${content}</bpmn:process>
</bpmn:definitions>`;
}
