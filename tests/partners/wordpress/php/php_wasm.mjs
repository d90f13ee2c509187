// PHP of a chosen version, as WebAssembly from npm: Debian has one version only.
//   node php_wasm.mjs VERSION check FILE...       what `php -l` says of each file, as JSON: {file: [status, words]}
//   node php_wasm.mjs VERSION serve FOLDER PORT   serves a folder on the loopback address, as `php -S` does
import { createReadStream, existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, resolve } from "node:path";
import { createNodeFsMountHandler, loadNodeRuntime, withNetworking } from "@php-wasm/node";
import { PHP } from "@php-wasm/universal";

const [version, command, ...given] = process.argv.slice(2);
const TYPES = { ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml" };

async function interpreter(emscriptenOptions = {}) {
  return new PHP(await loadNodeRuntime(version, { emscriptenOptions }));
}

async function check(files) {
  const said = {};
  for (const file of files) {
    // The command line ends the interpreter it runs in, so each file gets one of its own.
    const words = [];
    const keep = (line) => words.push(line);
    const php = await interpreter({ print: keep, printErr: keep });
    php.mkdir("/checked");
    php.writeFile("/checked/file.php", readFileSync(file));
    const status = await php.cli(["php", "-l", "/checked/file.php"]).catch((end) => end.status ?? String(end));
    said[file] = [status, words.join("\n")];
  }
  process.stdout.write(JSON.stringify(said), () => process.exit(0));
}

const isFile = (path) => existsSync(path) && statSync(path).isFile();

async function serve(folder, port) {
  // Sockets of the interpreter become sockets of this machine, the loopback address included.
  const php = await interpreter(await withNetworking({}));
  php.mkdir(folder);
  await php.mount(folder, createNodeFsMountHandler(folder));

  const answer = async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const url = new URL(request.url, `http://127.0.0.1:${port}`);
    let file = join(folder, decodeURIComponent(url.pathname));
    if (isFile(join(file, "index.php"))) file = join(file, "index.php");
    if (isFile(file) && extname(file) !== ".php") {
      response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream" });
      createReadStream(file).pipe(response);
      return;
    }
    const script = isFile(file) ? file : join(folder, "index.php");
    const name = script.slice(folder.length);
    const done = await php.run({
      scriptPath: script,
      relativeUri: request.url,
      method: request.method,
      protocol: "http",
      headers: request.headers,
      body: chunks.length ? Buffer.concat(chunks) : undefined,
      $_SERVER: {
        DOCUMENT_ROOT: folder,
        SCRIPT_FILENAME: script,
        SCRIPT_NAME: name,
        PHP_SELF: name,
        REMOTE_ADDR: "127.0.0.1",
        SERVER_PORT: String(port),
      },
    });
    if (done.errors) console.error(done.errors);
    response.writeHead(done.httpStatusCode, done.headers);
    response.end(Buffer.from(done.bytes));
  };

  // One interpreter, so one request after the other.
  let last = Promise.resolve();
  const server = createServer((request, response) => {
    last = last
      .then(() => answer(request, response))
      .catch((error) => {
        console.error(error);
        if (!response.headersSent) response.writeHead(500);
        response.end(String(error));
      });
  });
  server.listen(port, "127.0.0.1");
}

if (command === "check") await check(given);
else await serve(resolve(given[0]), Number(given[1]));
