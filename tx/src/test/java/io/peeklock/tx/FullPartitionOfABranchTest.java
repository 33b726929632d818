/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.tx;

import static javax.transaction.xa.XAResource.TMNOFLAGS;
import static javax.transaction.xa.XAResource.TMSUCCESS;
import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.SessionOptions;
import io.peeklock.broker.SessionReceiver;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.message.Message;
import io.peeklock.broker.namespace.TestBus;
import java.util.List;
import java.util.stream.IntStream;
import javax.transaction.xa.XAException;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Branches whose sends without a key lie with other work, where their queue is full: rules P6, X5. */
@Tag("P6")
@Tag("X5")
class FullPartitionOfABranchTest extends XaBus {

    private static final EntityPath GROUPS = EntityPath.queue("groups");
    private static final EntityPath OUT = EntityPath.queue("out");
    private static final int MB = 1 << 20;
    private static final Xid XID = xid("global");
    private static final Xid OTHER = xid("global", "other");

    private SessionReceiver session;

    @BeforeEach
    void work() throws XAException {
        bus.create(QueueDescription.builder("groups").homePartition(0).sessionRequired(true));
        bus.create(QueueDescription.builder("out")
                .partitioned(true)
                .maxSizeBytes(MB)
                .maxMessageBytes(MB));
        bus.send(NEAR, TestBus.text("in"));
        bus.send(GROUPS, TestBus.text("in").sessionId("s"));
        session = bus.get(bus.namespace.acceptSession(GROUPS, "s", SessionOptions.peekLock()));
        resource.start(XID, TMNOFLAGS);
        receive(NEAR);
        current().enlist(bus.get(session.receive()));
        sendUnkeyed();
        resource.end(XID, TMSUCCESS);
    }

    private void sendUnkeyed() {
        send(OUT, "y".repeat(1000));
    }

    private void fill(int... partitions) {
        for (int partition : partitions) {
            Message message = IntStream.range(0, 1000)
                    .mapToObj(i -> TestBus.text("x".repeat(MB - 400))
                            .partitionKey("k" + i)
                            .build())
                    .filter(one -> bus.namespace.partitionOf(OUT, one) == partition)
                    .findFirst()
                    .orElseThrow();
            bus.get(bus.namespace.send(OUT, message));
        }
    }

    private void assertLiesIn(int partition, int messages) {
        int found = 0;
        for (Delivery next = bus.receive(OUT); next != null; next = bus.receive(OUT)) {
            if (TestBus.textOf(next).startsWith("y")) {
                assertThat(next.requireLockToken().partition()).isEqualTo(partition);
                found++;
            }
        }
        assertThat(found).isEqualTo(messages);
    }

    private void assertNothingIsLeftOfWhatWasReceived() {
        assertThat(active(NEAR)).isZero();
        assertThat(active(GROUPS)).isZero();
        assertThat(bus.receive(NEAR)).isNull();
    }

    @Test
    void goOnInTheNextPartitionInOnePhase() throws XAException {
        fill(0, 1);
        resource.commit(XID, true);
        assertLiesIn(2, 1);
        assertNothingIsLeftOfWhatWasReceived();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void goOnInTheNextPartitionInTwo(boolean killed) throws XAException {
        fill(0, 1);
        assertThat(vote(XID)).isEqualTo(OK);
        if (killed) {
            kill();
            assertThat(recovered()).containsExactly("global");
        }
        resource.commit(XID, false);
        assertLiesIn(2, 1);
        assertNothingIsLeftOfWhatWasReceived();
        assertThat(recovered()).isEmpty();
    }

    @Test
    void comeBackWithARollbackOfWhatWasPreparedElsewhere() throws XAException {
        fill(0);
        assertThat(vote(XID)).isEqualTo(OK);
        resource.rollback(XID);
        assertLiesIn(1, 0);
        assertCameBackOnce(NEAR, "in");
        assertThat(bus.get(session.receive()).deliveryCount()).isEqualTo(1);
    }

    @Test
    @Tag("P11")
    void areFollowedByAnotherBranchOfTheSameTransaction() throws XAException {
        fill(0);
        assertThat(vote(XID)).isEqualTo(OK);
        resource.start(OTHER, TMNOFLAGS);
        assertThat(current().partition()).isEqualTo(1);
        sendUnkeyed();
        resource.end(OTHER, TMSUCCESS);
        assertThat(vote(OTHER)).isEqualTo(OK);
        for (Xid xid : List.of(XID, OTHER)) {
            resource.commit(xid, false);
        }
        assertLiesIn(1, 2);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Tag("L6")
    void areRefusedWhereAllAreFullAndAllComesBackOnce(boolean onePhase) throws XAException {
        fill(0, 1, 2, 3);
        int answer = onePhase ? codeOf(() -> resource.commit(XID, true)) : vote(XID);
        assertThat(answer).isEqualTo(XAException.XA_RBROLLBACK);
        assertCameBackOnce(NEAR, "in");
        Delivery again = bus.get(session.receive());
        assertThat(again.deliveryCount()).isEqualTo(1);
        assertThat(recovered()).isEmpty();
        assertLiesIn(0, 0);
    }
}
