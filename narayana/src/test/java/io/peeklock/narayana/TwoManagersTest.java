/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.narayana;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.XASession;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two transaction managers that have one node id and begin branches in one store in turn, as their Xids tell (rule X5).
 *
 * <p>Not thread safe.
 */
@Tag("X5")
final class TwoManagersTest {

    static {
        // Before any logger is made; this class has a JVM of its own.
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "warn");
    }

    private static final int NARAYANA = 131077;

    @TempDir
    Path directory;

    @Test
    void areWarnedOfOnce() throws Exception {
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        PrintStream err = System.err;
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        try (Bus bus = new Bus(directory)) {
            XASession session = bus.xaConnection().createXASession();
            XAResource resource = session.getXAResource();
            int[] processes = {1, 2, 1, 2, 1};
            for (int i = 0; i < processes.length; i++) {
                Xid xid = new NarayanaXid(processes[i], i);
                resource.start(xid, XAResource.TMNOFLAGS);
                resource.end(xid, XAResource.TMSUCCESS);
                resource.rollback(xid);
            }
            assertThat(log.toString(StandardCharsets.UTF_8).lines())
                    .filteredOn(line -> line.contains("Two transaction managers with the node identifier 'n1'"))
                    .hasSize(1);
        } finally {
            System.setErr(err);
        }
    }

    /** As Narayana builds them: address, process, seconds, counter, node id. */
    private record NarayanaXid(int process, int counter) implements Xid {

        @Override
        public int getFormatId() {
            return NARAYANA;
        }

        @Override
        public byte[] getGlobalTransactionId() {
            byte[] node = "n1".getBytes(StandardCharsets.UTF_8);
            return ByteBuffer.allocate(28 + node.length)
                    .position(16)
                    .putInt(process)
                    .putInt(7)
                    .putInt(counter)
                    .put(node)
                    .array();
        }

        @Override
        public byte[] getBranchQualifier() {
            return new byte[] {1};
        }
    }
}
