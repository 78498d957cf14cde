// What is planted in generated traffic, as rows of truth like those of labelled sets.

/** One row for each address of what is planted. What a host did or suffered is excused on the host itself. */
export function truthOfDemo({ planted, circumstances }) {
  const all = [...planted, ...circumstances];
  const rows = all.flatMap((one) => (one.peers ?? [one.peer]).map((address) => rowOf(one, address)));
  // A host stands for others too: of two rows the one that asks for an answer decides, else the louder.
  const byAddress = new Map();
  for (const row of rows) {
    const there = byAddress.get(row.address);
    if (there === undefined || row.questions.length > there.questions.length) byAddress.set(row.address, row);
  }
  for (const { question, local } of all)
    if (question !== null && local !== null && !byAddress.has(local))
      byAddress.set(local, {
        ...rowOf({ question: null, kind: 'victim', loudest: 'low' }, local),
        allows: {},
        otherwise: 'excused',
        gotIn: true,
      });
  return [...byAddress.values()];
}

function rowOf({ question, kind, loudest, connections }, address) {
  const harmless = question === null;
  const allows = harmless
    ? Object.fromEntries(['scan', 'access', 'c2', 'exfil'].map((name) => [name, loudest]))
    : { [question]: loudest, ...(question === 'access' ? { scan: 'medium' } : {}) };
  return {
    ...{ address, label: kind, flows: connections ?? 0, questions: harmless ? [] : [question], allows },
    otherwise: loudest === 'critical' ? 'excused' : 'false',
    gotIn: loudest === 'critical',
  };
}
