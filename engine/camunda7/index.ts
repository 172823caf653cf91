/** The door of the room: files of Camunda 7, converted with a report. Other rooms import this file alone. */
export { convertCamunda7, type Conversion, type ConversionRefusal } from './convert.js';
export type { ConvertedForm } from './generated-form.js';
export { countCamunda7 } from './count.js';
export {
  countOutcomes,
  reportAsCsv,
  type ConversionCounts,
  type ConversionEntry,
  type ConversionOutcome,
} from './report.js';
