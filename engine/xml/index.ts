/** XML: documents read into the elements of a metamodel, and the encoding they declare. */
export { declareUtf8, decodeXml, encodingOf } from './encoding.js';
export { FAULT_LIMIT, type XmlWarning } from './faults.js';
export type { MetaElement, MetaModel } from './metamodel.js';
export { withPauses, type Breathe, type Pausing } from './pauses.js';
export { readXml, readXmlSlowly, type XmlDocument, type XmlReading, type XmlRefusal } from './reading.js';
