// Writes down what the built files were built from; a test tells when they were forgotten.
import { createHash } from "node:crypto"
import { readdirSync, readFileSync, writeFileSync } from "node:fs"

const hash = createHash("sha256")
for (const name of readdirSync(".").filter((each) => /\.(scss|js)$|^package\.json$/.test(each)).sort()) {
  hash.update(readFileSync(name))
}
for (const name of ["onward.css", "onward.js", "passkeys.js"]) hash.update(readFileSync(`../static/${name}`))
writeFileSync("built.sha256", `${hash.digest("hex")}\n`)
