/** `deployment` and the versions it made: processes, forms, decisions. The resources themselves are stored beside them. */
import { writeJson } from '@countersign/engine';
import type { Projection } from './projection.js';

/** A deployment makes versions. */
export const definition: Projection = {
  'deployment created': (event, stamp, { tables }) => {
    const {
      deploymentKey,
      processes,
      forms,
      requirements = [],
      decisions = [],
      resources = [],
      reused = [],
    } = event.data;
    tables.deployments.insert({
      key: deploymentKey,
      deployed_at: stamp.at,
      actor: stamp.actor,
      reused: reused.length > 0 ? writeJson(reused) : null,
    });
    for (const process of processes) {
      tables.processDefinitions.insert({
        key: process.key,
        process_id: process.id,
        version: process.version,
        name: process.name,
        version_tag: process.versionTag ?? null,
        start_form_id: process.startFormId,
        deployment_key: deploymentKey,
        resource_key: process.resourceKey,
        resource_name: process.resourceName,
        checksum: process.checksum,
      });
    }
    for (const form of forms) {
      tables.forms.insert({
        key: form.key,
        form_id: form.id,
        version: form.version,
        version_tag: form.versionTag ?? null,
        deployment_key: deploymentKey,
        resource_key: form.resourceKey,
        resource_name: form.resourceName,
        checksum: form.checksum,
      });
    }
    for (const resource of resources) {
      tables.genericResources.insert({
        key: resource.key,
        resource_id: resource.id,
        version: resource.version,
        version_tag: resource.versionTag ?? null,
        deployment_key: deploymentKey,
        resource_key: resource.resourceKey,
        resource_name: resource.resourceName,
        checksum: resource.checksum,
      });
    }
    for (const graph of requirements) {
      tables.decisionRequirements.insert({
        key: graph.key,
        requirements_id: graph.id,
        version: graph.version,
        name: graph.name,
        imports: writeJson(graph.imports),
        deployment_key: deploymentKey,
        resource_key: graph.resourceKey,
        resource_name: graph.resourceName,
        checksum: graph.checksum,
      });
    }
    for (const decision of decisions) {
      tables.decisionDefinitions.insert({
        key: decision.key,
        decision_id: decision.id,
        version: decision.version,
        name: decision.name,
        version_tag: decision.versionTag ?? null,
        requirements_key: decision.requirementsKey,
        deployment_key: deploymentKey,
      });
    }
  },
};
