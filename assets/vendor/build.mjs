// Builds the third-party browser files of this folder: `node build.mjs [output folder]`. README.md tells how.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';
import { build } from 'esbuild';

const HERE = dirname(fileURLToPath(import.meta.url));
const OUTPUT = process.argv[2] ?? HERE;

// The core brings scatter; `parts` are its modules that the file of scattergl takes from it.
const CORE = (parts) => `
    const Plotly = require('plotly.js/lib/core');
    Plotly.register([
        require('plotly.js/lib/bar'),
        require('plotly.js/lib/heatmap'),
        require('plotly.js/lib/pie'),
    ]);
    Plotly.parts = {${parts.map((path) => `'${path}': require('./${path}')`)}};
    module.exports = Plotly;`;

// The strict scattergl carries its shader programs compiled, so that it draws under a policy without unsafe-eval; the
// ordinary one would say that the browser lacks WebGL.
const SCATTERGL = "Plotly.register(require('plotly.js/src/traces/scattergl/strict'));";

const readModule = (...path) => readFileSync(join(HERE, 'node_modules', ...path), 'utf8');
const manifest = (name) => JSON.parse(readModule(name, 'package.json'));

const banner = (traces, version) => `/**
* plotly.js (${traces} - minified) v${version}
* Copyright 2012-2026, Plotly, Inc.
* All rights reserved.
* Licensed under the MIT license
*/`;

async function bundle(contents, traces, { plugins = [], ...options } = {}) {
    const { outputFiles, metafile } = await build({
        absWorkingDir: HERE,
        stdin: { contents, resolveDir: HERE },
        bundle: true,
        write: false,
        metafile: true,
        minify: true,
        format: 'iife',
        target: 'es2016',
        banner: { js: banner(traces, plotlyVersion) },
        legalComments: 'eof',
        alias: { regl: '@plotly/regl' },
        define: { global: 'window', 'define.amd': 'false' },
        // Only the map traces, which are left out, need the one style sheet that the core imports.
        loader: { '.css': 'empty' },
        plugins,
        ...options,
    });
    return { code: outputFiles[0].text, metafile };
}

// Takes what is in the core from there, and notes in `parts` what that is.
const fromCore = (core, parts) => ({
    name: 'from-core',
    setup({ onResolve, onLoad, resolve }) {
        onResolve({ filter: /.*/ }, async ({ path, pluginData, ...options }) => {
            if (pluginData === 'resolving') {
                return undefined;
            }
            const found = await resolve(path, { ...options, pluginData: 'resolving' });
            const name = relative(HERE, found.path);
            if (!(name in core.inputs)) {
                return found;
            }
            parts.add(name);
            return { path: name, namespace: 'core' };
        });
        onLoad({ filter: /.*/, namespace: 'core' }, ({ path }) => ({
            contents: `module.exports = Plotly.parts['${path}'];`,
        }));
    },
});

function bundledPackages({ inputs }) {
    const scripts = Object.keys(inputs).filter((path) => !path.endsWith('.css') && !path.startsWith('core:'));
    const owners = scripts.map((path) => path.match(/.*node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[0]);
    return [...new Set(owners.filter(Boolean))].map((path) => path.replace('node_modules/', '')).sort();
}

function notice(name) {
    const { version, license, author } = manifest(name);
    const file = readdirSync(join(HERE, 'node_modules', name)).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file ? readModule(name, file) : `By ${authorName(author)}; the package holds no licence text.`;
    return `${name} ${version}: ${license}\n\n${text.trim()}\n`;
}

const authorName = (author) => (author?.name ?? author ?? 'its authors').replace(/\s*<.*/, '');

const write = (name, text) => writeFileSync(join(OUTPUT, name), text);

function writeCompressed(name, text) {
    const bytes = Buffer.from(text);
    const params = {
        [constants.BROTLI_PARAM_QUALITY]: 11,
        [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    };
    const packed = brotliCompressSync(bytes, { params });
    write(name, bytes);
    write(`${name}.br`, packed);
    console.log(`${name}: ${bytes.length} bytes, ${packed.length} with brotli`);
}

const plotlyVersion = manifest('plotly.js').version;
const TRACES = 'scatter, bar, heatmap, pie';
const parts = new Set();
const whole = await bundle(CORE([]), TRACES);
const scattergl = await bundle(SCATTERGL, 'scattergl; strict', { plugins: [fromCore(whole.metafile, parts)] });
const core = await bundle(CORE([...parts].sort()), TRACES, { globalName: 'Plotly' });
const packages = bundledPackages({ inputs: { ...core.metafile.inputs, ...scattergl.metafile.inputs } });
writeCompressed(`plotly-${plotlyVersion}.min.js`, core.code);
writeCompressed(`scattergl-${plotlyVersion}.min.js`, scattergl.code);
write(`plotly-${plotlyVersion}.licenses.txt`, packages.map(notice).join(`\n${'-'.repeat(72)}\n\n`));

// The source map is not shipped; without its comment no developer tool asks for it in vain.
const css = readModule('bootstrap', 'dist', 'css', 'bootstrap.min.css').replace(/\/\*# sourceMappingURL=.*?\*\/\s*$/, '');
writeCompressed(`bootstrap-${manifest('bootstrap').version}.min.css`, css);
