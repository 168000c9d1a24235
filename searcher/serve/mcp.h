/* mcp.h - the Model Context Protocol: the searcher as tools of an agent. */
#ifndef SEARCHER_CLI_MCP_H
#define SEARCHER_CLI_MCP_H

#include "searcher/serve/rpc.h"

extern const struct rpc_protocol mcp_protocol;

#endif
