import io.camunda.client.CamundaClient;
import io.camunda.client.api.response.ActivatedJob;
import io.camunda.client.api.search.enums.IncidentState;
import io.camunda.client.api.search.enums.ProcessInstanceState;
import io.camunda.client.api.search.enums.UserTaskState;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Walks through the API by the official Java client, over REST: its long form of filters, and answers as it reads them.
 * Arguments: the server's address, then the files to deploy. The first thing that is otherwise than expected ends it.
 */
public final class Walk {
  private final CamundaClient client;
  private int checks = 0;

  private Walk(final CamundaClient client) {
    this.client = client;
  }

  public static void main(final String[] arguments) {
    try (CamundaClient client =
        CamundaClient.newClientBuilder()
            .restAddress(URI.create(arguments[0]))
            .preferRestOverGrpc(true)
            .build()) {
      final Walk walk = new Walk(client);
      walk.deploy(List.of(arguments).subList(1, arguments.length));
      walk.jobsAndIncidents();
      walk.userTasks();
      walk.decisions();
      System.out.println(walk.checks + " checks hold.");
    }
  }

  private void deploy(final List<String> files) {
    for (final String file : files) {
      check("deployment of " + file, client.newDeployResourceCommand().addResourceFile(file).send().join().getKey() > 0);
    }
    check("topology", client.newTopologyRequest().send().join().getClusterSize() == 1);
    final var found =
        client.newProcessDefinitionSearchRequest().filter(f -> f.processDefinitionId("one-job")).send().join();
    same("definitions by id", 1, found.items().size());
    final long key = found.items().get(0).getProcessDefinitionKey();
    check("XML", client.newProcessDefinitionGetXmlRequest(key).send().join().contains("one-job"));
  }

  private long create(final String id, final Map<String, Object> variables) {
    return client
        .newCreateInstanceCommand()
        .bpmnProcessId(id)
        .latestVersion()
        .variables(variables)
        .send()
        .join()
        .getProcessInstanceKey();
  }

  private ActivatedJob lease() {
    final var jobs =
        client
            .newActivateJobsCommand()
            .jobType("work")
            .maxJobsToActivate(1)
            .timeout(Duration.ofMinutes(1))
            .send()
            .join()
            .getJobs();
    same("leased jobs", 1, jobs.size());
    return jobs.get(0);
  }

  private int instances(final long key, final ProcessInstanceState state) {
    return client
        .newProcessInstanceSearchRequest()
        .filter(f -> f.processInstanceKey(key).state(state).processDefinitionId(p -> p.eq("one-job").neq("other")))
        .send()
        .join()
        .items()
        .size();
  }

  private void jobsAndIncidents() {
    final long key = create("one-job", Map.of("order", Map.of("id", 7)));
    same("running", 1, instances(key, ProcessInstanceState.ACTIVE));
    same("completed yet", 0, instances(key, ProcessInstanceState.COMPLETED));
    final ActivatedJob job = lease();
    same("job of the instance", key, job.getProcessInstanceKey());
    client.newFailCommand(job.getKey()).retries(0).errorMessage("no paper").send().join();
    final var incidents =
        client
            .newIncidentSearchRequest()
            .filter(f -> f.processInstanceKey(p -> p.in(key)).state(IncidentState.ACTIVE))
            .send()
            .join()
            .items();
    same("incidents", 1, incidents.size());
    check("message", incidents.get(0).getErrorMessage().contains("no paper"));
    same("jobs", 1, client.newJobSearchRequest().filter(f -> f.type("work").jobKey(job.getKey())).send().join().items().size());
    client.newUpdateRetriesCommand(job.getKey()).retries(1).send().join();
    client.newResolveIncidentCommand(incidents.get(0).getIncidentKey()).send().join();
    client.newCompleteCommand(lease().getKey()).variables(Map.of("done", true)).send().join();
    same("completed", 1, instances(key, ProcessInstanceState.COMPLETED));
    check(
        "elements",
        client.newElementInstanceSearchRequest().filter(f -> f.processInstanceKey(key).elementId("work")).send().join().items().size() == 1);
    same(
        "variables by name and instance",
        "true",
        client.newVariableSearchRequest().filter(f -> f.processInstanceKey(key).name(n -> n.like("do*"))).send().join().items().get(0).getValue());
    final long canceled = create("one-job", Map.of());
    client.newCancelInstanceCommand(canceled).send().join();
    same("canceled", 1, instances(canceled, ProcessInstanceState.TERMINATED));
  }

  private void userTasks() {
    final long key = create("one-task", Map.of("amount", 12));
    final var tasks =
        client
            .newUserTaskSearchRequest()
            .filter(f -> f.processInstanceKey(key).state(UserTaskState.CREATED).candidateGroup("accounting"))
            .send()
            .join()
            .items();
    same("user tasks", 1, tasks.size());
    final long task = tasks.get(0).getUserTaskKey();
    same("form", "decision", client.newUserTaskGetFormRequest(task).send().join().getFormId());
    same("variables of the task", 1, client.newUserTaskVariableSearchRequest(task).send().join().items().size());
    client.newUpdateUserTaskCommand(task).priority(80).send().join();
    client.newAssignUserTaskCommand(task).assignee("mary").send().join();
    same("assignee", "mary", client.newUserTaskGetRequest(task).send().join().getAssignee());
    client.newUnassignUserTaskCommand(task).send().join();
    client.newCompleteUserTaskCommand(task).variables(Map.of("approved", true)).send().join();
    same("state", UserTaskState.COMPLETED, client.newUserTaskGetRequest(task).send().join().getState());
  }

  private void decisions() {
    final var result = client.newEvaluateDecisionCommand().decisionId("who").variables(Map.of("amount", 12)).send().join();
    check("output", result.getDecisionOutput() != null);
    final var found =
        client.newDecisionInstanceSearchRequest().filter(f -> f.decisionDefinitionId("who")).send().join().items();
    same("decision instances", 1, found.size());
    final var one = client.newDecisionInstanceGetRequest(found.get(0).getDecisionInstanceId()).send().join();
    same("result", result.getDecisionOutput(), one.getResult());
    same("instance of a decision by itself", -1L, one.getProcessInstanceKey());
    final long key = create("decides", Map.of("amount", 12));
    check(
        "decisions of an instance",
        client.newDecisionInstanceSearchRequest().filter(f -> f.processInstanceKey(key)).send().join().items().size() > 0);
    same("requirements", 1, client.newDecisionRequirementsSearchRequest().send().join().items().size());
  }

  private void same(final String what, final Object expected, final Object found) {
    check(what + ": expected " + expected + ", found " + found, String.valueOf(expected).equals(String.valueOf(found)));
  }

  private void check(final String what, final boolean holds) {
    if (!holds) throw new AssertionError(what);
    checks += 1;
  }
}
