/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.tx;

import io.peeklock.broker.BranchXid;
import io.peeklock.broker.NarayanaOrigin;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices two transaction managers that live at once under one node identifier, and warns of them once: one of them rolls back
 * what the other has decided to commit.
 *
 * <p>Thread safe. A restarted manager is another process and never goes back to the one before; that a process comes again after
 * another means that both live.
 */
final class ManagersSeen {
    private static final Logger LOG = LoggerFactory.getLogger(ManagersSeen.class);

    /** Who has more than so many has no two of one name by mistake. */
    private static final int MAX_NODES = 1000;

    private static final int MAX_PROCESSES = 1000;

    /** The processes of one node: that of the last start, and those before it. */
    private static final class Node {
        private String last;
        private final Set<String> before = new HashSet<>();
        private boolean warned;

        Node(String first) {
            last = first;
        }
    }

    private final Map<String, Node> nodes = new HashMap<>();

    /** A branch is started. Gives whether that has shown two managers for the first time. */
    boolean started(BranchXid xid) {
        NarayanaOrigin origin = NarayanaOrigin.of(xid).orElse(null);
        if (origin == null) {
            return false;
        }
        boolean first = isSecondManager(origin.nodeId(), origin.process());
        if (first) {
            LOG.warn(
                    "Two transaction managers with the node identifier '{}' use this store at once: the recovery of one rolls"
                            + " back what the other has prepared and decided to commit. Give each a node identifier"
                            + " (CoreEnvironmentBean.nodeIdentifier) and an object store of its own",
                    origin.nodeId());
        }
        return first;
    }

    private synchronized boolean isSecondManager(String name, String process) {
        Node node = nodes.get(name);
        if (node == null) {
            if (nodes.size() < MAX_NODES) {
                nodes.put(name, new Node(process));
            }
            return false;
        }
        if (node.warned || node.last.equals(process)) {
            return false;
        }
        if (node.before.size() < MAX_PROCESSES) {
            node.before.add(node.last);
        }
        node.last = process;
        node.warned = node.before.contains(process);
        return node.warned;
    }
}
