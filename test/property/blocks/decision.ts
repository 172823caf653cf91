/** The decision that random processes call: it contradicts its hit policy for some values, until they are repaired. */

/** Its id. */
export const RANDOM_DECISION = 'random-size';

/** Its file. Two rules match a `size0` of 3 or 4, which a table of one match does not allow. */
export const RANDOM_DMN = `<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="random" name="Random" namespace="random">
  <decision id="${RANDOM_DECISION}" name="Random size">
    <decisionTable id="table" hitPolicy="UNIQUE">
      <input id="size"><inputExpression id="size-of" typeRef="number"><text>size0</text></inputExpression></input>
      <output id="result" typeRef="number" />
      <rule id="low"><inputEntry id="low-in"><text>&lt; 5</text></inputEntry><outputEntry id="low-out"><text>6</text></outputEntry></rule>
      <rule id="high"><inputEntry id="high-in"><text>&gt; 2</text></inputEntry><outputEntry id="high-out"><text>9</text></outputEntry></rule>
    </decisionTable>
  </decision>
</definitions>`;
