/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.tx;

import io.peeklock.broker.BranchXid;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
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
 * <p>Thread safe. Reads the global ids of Narayana: address 16 bytes, process 4, seconds 4, counter 4, then the node identifier.
 * A restarted manager is another process and never goes back to the one before; that a process comes again after another means
 * that both live.
 */
final class ManagersSeen {
    private static final Logger LOG = LoggerFactory.getLogger(ManagersSeen.class);

    private static final int NARAYANA_FORMAT = 131077;
    private static final int PROCESS_BYTES = 20;
    private static final int NODE_AT = 28;
    /** Who has more than so many has no two of one name by mistake. */
    private static final int MAX_NODES = 1000;

    private static final int MAX_PROCESSES = 1000;

    /** The processes of one node: that of the last start, and those before it. */
    private static final class Node {
        private ByteBuffer last;
        private final Set<ByteBuffer> before = new HashSet<>();
        private boolean warned;

        Node(ByteBuffer first) {
            last = first;
        }
    }

    private final Map<ByteBuffer, Node> nodes = new HashMap<>();

    /** A branch is started. Gives whether that has shown two managers for the first time. */
    boolean started(BranchXid xid) {
        byte[] gtrid = xid.gtrid();
        if (xid.formatId() != NARAYANA_FORMAT || gtrid.length <= NODE_AT) {
            return false;
        }
        byte[] node = Arrays.copyOfRange(gtrid, NODE_AT, gtrid.length);
        boolean first = isSecondManager(ByteBuffer.wrap(node), ByteBuffer.wrap(Arrays.copyOf(gtrid, PROCESS_BYTES)));
        if (first) {
            LOG.warn(
                    "Two transaction managers with the node identifier '{}' use this store at once: the recovery of one rolls"
                            + " back what the other has prepared and decided to commit. Give each a node identifier"
                            + " (CoreEnvironmentBean.nodeIdentifier) and an object store of its own",
                    new String(node, StandardCharsets.UTF_8).replaceAll("\\p{Cntrl}", "?"));
        }
        return first;
    }

    private synchronized boolean isSecondManager(ByteBuffer name, ByteBuffer process) {
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
