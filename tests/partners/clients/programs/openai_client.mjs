// npm openai; only baseURL differs from what its users write.
import { readFileSync } from "node:fs";
import OpenAI from "openai";

const found = {};
for (const probe of JSON.parse(readFileSync(0, "utf8"))) {
  const client = new OpenAI({ baseURL: probe.url + "/v1", apiKey: probe.key, maxRetries: 0 });
  try {
    found[probe.name] = await client.moderations.create({ input: probe.input });
  } catch (error) {
    if (!(error instanceof OpenAI.APIError)) throw error;
    found[probe.name] = {
      type: error.constructor.name,
      status: error.status,
      body: error.error,
      retry_after: error.headers.get("retry-after"),
    };
  }
}
console.log(JSON.stringify(found));
