// npm googleapis: discoverAPI on the served discovery document.
import { readFileSync } from "node:fs";
import { google } from "googleapis";

const found = {};
for (const probe of JSON.parse(readFileSync(0, "utf8"))) {
  try {
    const api = await google.discoverAPI(`${probe.url}/$discovery/rest?version=v1alpha1`);
    const answer = await api.comments[probe.method]({ key: probe.key, resource: probe.body, retry: false });
    found[probe.name] = answer.data;
  } catch (error) {
    if (error.response === undefined) throw error;
    const headers = error.response.headers;
    found[probe.name] = {
      status: error.response.status,
      error: error.response.data.error,
      shown: error.message,
      retry_after: typeof headers.get === "function" ? headers.get("retry-after") : headers["retry-after"],
    };
  }
}
console.log(JSON.stringify(found));
