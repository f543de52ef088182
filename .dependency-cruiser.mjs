/**
 * Who may import whom, type imports included (docs/how-it-works.md shows the tree). Each rule names what a folder may know;
 * whatever else lies in this repository is forbidden to it.
 */
const PRODUCT = "^(index|aws|provider)\\.ts$|^(providers|components|receiver|cli|stack)/";
/** From the ground to the roof: each may import those before it, and the product. */
const WORKSHOP = ["toolbox", "sandbox", "lab", "bench", "scripts"];

/** Files of this repository alone: what a folder takes from npm and from Node is its own affair. */
function mayKnow(name, from, allowed, comment) {
  return {
    name,
    severity: "error",
    comment,
    from: { path: from },
    to: { path: "^(?!node_modules/)", pathNot: [from, ...allowed], dependencyTypesNot: ["core"] },
  };
}

export default {
  forbidden: [
    {
      name: "no-circles",
      severity: "error",
      comment: "Two files that need each other are one idea, or hide a third file that both need.",
      from: {},
      to: { circular: true },
    },
    {
      name: "product-knows-no-workshop",
      severity: "error",
      comment: "What is published must not need what torments, measures or imitates it.",
      from: { path: PRODUCT },
      to: { path: `^(test|${WORKSHOP.join("|")})/` },
    },
    {
      name: "nothing-needs-the-plugin's-sources",
      severity: "error",
      comment: "The plugin is published as one bundled file, and not what it is made of.",
      from: { path: PRODUCT, pathNot: "^providers/native/" },
      to: { path: "^providers/native/" },
    },
    ...WORKSHOP.map((folder, level) => ({
      name: `${folder}-knows-what-is-below`,
      severity: "error",
      comment: `${WORKSHOP.join(" < ")}: from the ground to the roof.`,
      from: { path: `^${folder}/` },
      to: { path: `^(test|${WORKSHOP.slice(level + 1).join("|")})/` },
    })),
    {
      name: "no-pulumi",
      severity: "error",
      comment: "The kernel and the vendors serve every edge; the receiver runs where there is no Pulumi.",
      from: { path: "^providers/(lifecycle|kustomer|airkit|receiver)/|^receiver/" },
      to: { path: "(^|/)node_modules/@pulumi/" },
    },
    mayKnow("kernel-knows-itself", "^providers/lifecycle/", [], "The kernel knows no vendor."),
    mayKnow(
      "kustomer-knows-the-kernel",
      "^providers/kustomer/",
      ["^providers/lifecycle/"],
      "What two vendors share is kernel.",
    ),
    mayKnow(
      "airkit-knows-the-kernel",
      "^providers/airkit/",
      ["^providers/lifecycle/"],
      "What two vendors share is kernel.",
    ),
    mayKnow(
      "receiver-resources-know-the-kernel",
      "^providers/receiver/",
      ["^providers/lifecycle/", "^receiver/(controls-schema|route-seal)\\.ts$"],
      "What two vendors share is kernel; how a path is sealed, and what controls may be, is the receiver's.",
    ),
    mayKnow(
      "dynamic-knows-the-kernel-and-the-list",
      "^providers/dynamic/",
      ["^providers/lifecycle/", "^providers/(lifecycles|trampoline|types)\\.ts$"],
      "An edge translates; it knows the lifecycles through one list.",
    ),
    mayKnow(
      "native-knows-the-kernel-and-the-list",
      "^providers/native/",
      [
        "^providers/lifecycle/",
        "^providers/(lifecycles|lookup-functions|misnamed-settings|plugin-settings|trampoline|types)\\.ts$",
        "^components/",
      ],
      "An edge translates; it knows lifecycles and lookups through one list each, and gives the components their classes.",
    ),
    mayKnow(
      "components-know-resources",
      "^components/",
      [
        "^providers/",
        "^receiver/(contract|controls|controls-schema|destination|filter|harmless|relay-path|route-seal|silence|silence-schema)\\.ts$",
      ],
      "Components name resources and wire them, by the rules that the receiver goes by.",
    ),
    mayKnow("receiver-knows-itself", "^receiver/", [], "Run-time code stands alone."),
    mayKnow(
      "stack-knows-components",
      "^stack/",
      ["^index\\.ts$", "^aws\\.ts$", "^components/", "^providers/"],
      "The ready-made stack declares components.",
    ),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(dist|examples|\\.local)/" },
    cache: { folder: "node_modules/.cache/dependency-cruiser", strategy: "content" },
  },
};
