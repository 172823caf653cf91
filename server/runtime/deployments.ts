/** What a deployment takes and gives. Several resources are one unit: all of them are stored, or none. */
import type { Actor, Key, Problem, ProblemCode } from '@countersign/engine';

/** A file of a deployment: `.bpmn`, `.dmn`, `.form`, `.rpa` or `.json`, by its name. */
export interface ResourceUpload {
  readonly name: string;
  readonly content: string;
}

/** Resources to deploy together. */
export interface DeployRequest {
  readonly resources: readonly ResourceUpload[];
  readonly actor: Actor;
}

/** What can be wrong with the resources of a deployment, besides what the engine finds in a BPMN file. */
export const DEPLOYMENT_PROBLEM_CODES = {
  RESOURCE_TYPE: 'The file is of a type that cannot be deployed.',
  RESOURCE_DUPLICATE: 'Two files of the deployment have the same name.',
  NOTHING_TO_DEPLOY: 'The deployment has no files.',
  PROCESS_DUPLICATE: 'Two processes of the deployment have the same id.',
  FORM_INVALID: 'The form is not a JSON object with an id.',
  FORM_FIELD: 'A field of the form cannot be shown, or stands for a value that another has.',
  FORM_DUPLICATE: 'Two forms of the deployment have the same id.',
  RESOURCE_INVALID: 'The resource is not a JSON object with an id.',
  RESOURCE_ID_DUPLICATE: 'Two resources of the deployment have the same id.',
  RESOURCE_MISSING: 'A resource that a task links to is not deployed.',
  FORM_MISSING: 'A form that the process names is not deployed.',
  DMN_INVALID: 'The file is not well-formed XML or not a DMN document.',
  DMN_IMPORT: 'A DMN file imports one that is not in the deployment, or itself.',
  NO_DECISION: 'A DMN file has no decision.',
  DECISION_ID: 'The id of a decision is not one that it can be called by.',
  DECISION_INVALID: 'A decision cannot be evaluated as it is drawn.',
  DECISION_DUPLICATE: 'Two decisions of the deployment have the same id.',
  REQUIREMENTS_DUPLICATE: 'Two DMN files of the deployment have the same id.',
  DECISION_MISSING: 'A decision that the process calls is not deployed.',
} as const;

/** A code of the engine's catalogue or of this one. */
export type DeploymentProblemCode = ProblemCode | keyof typeof DEPLOYMENT_PROBLEM_CODES;

/** A problem with the resource it was found in. */
export interface DeploymentProblem extends Omit<Problem, 'code'> {
  readonly code: DeploymentProblemCode;
  readonly resource: string;
}

/** A process of a deployment. `isNew` is false where the resource was the latest version already. */
export interface DeployedProcess {
  readonly kind: 'process';
  readonly processDefinitionKey: Key;
  readonly processId: string;
  readonly version: number;
  readonly resourceName: string;
  readonly isNew: boolean;
}

/** A form of a deployment. */
export interface DeployedForm {
  readonly kind: 'form';
  readonly formKey: Key;
  readonly formId: string;
  readonly version: number;
  readonly resourceName: string;
  readonly isNew: boolean;
}

/** A file of a deployment that means something to workers only. */
export interface DeployedResource {
  readonly kind: 'resource';
  readonly resourceKey: Key;
  readonly resourceId: string;
  readonly version: number;
  readonly resourceName: string;
  readonly isNew: boolean;
}

/** A DMN file of a deployment. */
export interface DeployedRequirements {
  readonly kind: 'requirements';
  readonly decisionRequirementsKey: Key;
  readonly decisionRequirementsId: string;
  readonly name: string;
  readonly version: number;
  readonly resourceName: string;
  readonly isNew: boolean;
}

/** A decision of a deployment. */
export interface DeployedDecision {
  readonly kind: 'decision';
  readonly decisionDefinitionKey: Key;
  readonly decisionId: string;
  readonly name: string;
  readonly version: number;
  readonly decisionRequirementsKey: Key;
  readonly decisionRequirementsId: string;
  readonly isNew: boolean;
}

/** A definition made, or found unchanged, by a deployment. */
export type Deployed =
  DeployedProcess | DeployedForm | DeployedResource | DeployedRequirements | DeployedDecision;

/** A stored deployment with warnings, or the problems for which nothing was stored. */
export type DeploymentResult =
  | {
      readonly ok: true;
      readonly deploymentKey: Key;
      readonly deployments: readonly Deployed[];
      readonly problems: readonly DeploymentProblem[];
    }
  | { readonly ok: false; readonly problems: readonly DeploymentProblem[] };

/** What a resource would do to a process, form or decision: a null `nextVersion` leaves it as it is. */
export interface VersionChange {
  readonly kind: 'process' | 'form' | 'decision' | 'resource';
  readonly id: string;
  readonly currentVersion: number | null;
  readonly nextVersion: number | null;
}

/** What a deployment would change, and its problems. */
export interface DeploymentCheck {
  readonly resources: readonly { readonly name: string; readonly changes: readonly VersionChange[] }[];
  readonly problems: readonly DeploymentProblem[];
}
