// Posts as a web client does: `node node_client.mjs URL COUNT`; prints one JSON object.
const [url, count] = [process.argv[2], Number(process.argv[3])];
const post = (body) =>
  fetch(`${url}/workout`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });

const sample = {
  userId: "user-123",
  type: "Running",
  duration: 45,
  distance: 5.2,
  timestamp: "2025-12-10T10:00:00Z",
};
const first = await post(sample);
const answer = await first.json();
const refused = await post({ type: "Running", duration: -5 });
const problems = await refused.json();
const many = await Promise.all(
  Array.from({ length: count }, (_, number) => post({ type: "Cycling", duration: 30 + number, userId: `rider-${number}` })),
);
const ids = new Set((await Promise.all(many.map((each) => each.json()))).map((each) => each.id));
const large = await post({ ...sample, notes: "x".repeat(300_000) });
await large.text();
console.log(
  JSON.stringify({
    status: first.status,
    answer,
    refused: refused.status,
    problems,
    statuses: [...new Set(many.map((each) => each.status))],
    ids: ids.size,
    large: large.status,
    health: (await (await fetch(`${url}/health`)).json()).status,
  }),
);
