// The one way into this folder: `node tools/workspace/run.js COMMAND`. JavaScript that an old Node reads too, so that
// a missing installation is said in a sentence and not as an unknown file extension.
const command = process.argv[2];
const [major] = process.versions.node.split('.');

if (Number(major) < 24) {
  console.error(
    `npm run ${command} needs Node 24 and this is ${process.version}: run npm ci, which puts Node 24 into node_modules/.bin.`,
  );
  process.exit(1);
}
process.argv.splice(2, 1);
await import(`./src/${command}.ts`);
