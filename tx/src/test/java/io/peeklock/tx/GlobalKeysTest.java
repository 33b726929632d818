/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.tx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.namespace.TestBus;
import io.peeklock.journal.JournalException.Reason;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rule of one partition and one key, over several branches of one global transaction. */
@Tag("P11")
class GlobalKeysTest extends XaBus {

    private void stage(String branch, EntityPath... queues) throws XAException {
        resource.start(xid("g", branch), XAResource.TMNOFLAGS);
        for (EntityPath queue : queues) {
            send(queue, branch);
        }
        resource.end(xid("g", branch), XAResource.TMSUCCESS);
    }

    @Nested
    class SendsWithoutAKey {

        private void assertPreparedIn(List<Integer> partitions) {
            assertThat(bus.get(bus.namespace.preparedBranches()))
                    .hasSize(2)
                    .allSatisfy(branch -> assertThat(branch.partitions()).isEqualTo(partitions));
        }

        @Test
        void goWhereThoseOfABranchHaveGoneThatIsPrepared() throws Exception {
            stage("1", SPREAD);
            stage("2", SPREAD);
            assertThat(vote(xid("g", "1"))).isEqualTo(OK);
            assertThat(vote(xid("g", "2"))).isEqualTo(OK);
            assertPreparedIn(bus.get(bus.namespace.preparedBranches()).get(0).partitions());
        }

        /** As a transaction manager does that prepares on threads of its own. */
        @ParameterizedTest
        @ValueSource(booleans = {false, true})
        void goWhereThoseOfABranchGoThatIsPreparedAtTheSameMoment(boolean isFirstTryRefused) throws Exception {
            stage("1", SPREAD);
            stage("2", SPREAD);
            if (isFirstTryRefused) {
                bus.store().failNextAppend(0, Reason.IO);
                bus.errorOf(bus.namespace.send(
                        NEAR, TestBus.text("in the partition that is out").build()));
            }
            CompletableFuture<XaAnswer> first = branch("1").prepare();
            // Some other transaction, so that the next one would begin to try elsewhere.
            global.branches().nextPartition();
            CompletableFuture<XaAnswer> second = branch("2").prepare();
            bus.run();
            assertThat(first).isCompletedWithValue(XaAnswer.OK);
            assertThat(second).isCompletedWithValue(XaAnswer.OK);
            if (isFirstTryRefused) {
                bus.get(bus.namespace.reopen(0));
            }
            assertPreparedIn(bus.get(bus.namespace.preparedBranches()).get(0).partitions());
        }

        private Branch branch(String name) throws XAException {
            return Objects.requireNonNull(global.branches().find(NamedXid.branchOf(xid("g", name))));
        }

        @Test
        void goWhereOtherWorkHasTakenThose() throws Exception {
            stage("1", FAR, SPREAD);
            stage("2", SPREAD);
            assertThat(vote(xid("g", "1"))).isEqualTo(OK);
            assertThat(vote(xid("g", "2"))).isEqualTo(OK);
            assertPreparedIn(List.of(FAR_PARTITION));
        }

        @Test
        void holdTheKeysOfBranchesThatComeThen() throws Exception {
            stage("1", FAR, SPREAD);
            assertThat(vote(xid("g", "1"))).isEqualTo(OK);
            resource.start(xid("g", "2"), XAResource.TMNOFLAGS);
            String key = keyOfAnotherPartitionThan(FAR_PARTITION);
            assertThatThrownBy(() -> current()
                            .send(SPREAD, TestBus.text("x").partitionKey(key).build()))
                    .isInstanceOf(BrokerException.class)
                    .hasMessageContaining("prepared");
        }

        private String keyOfAnotherPartitionThan(int partition) {
            int number = 0;
            while (bus.namespace.partitionOf(
                            SPREAD,
                            TestBus.text("x").partitionKey("key" + number).build())
                    == partition) {
                number++;
            }
            return "key" + number;
        }
    }

    /** Each session's own option counts, whoever has begun the global transaction. */
    @Nested
    class SessionsOfTwoFactories {

        private BusXAResource spanning() {
            return resource(global.within(TransactionSettings.of(Profile.JMS).withCrossPartition(true)), "spanning");
        }

        private void sendUnderManyKeys(BusXAResource through) {
            for (int i = 0; i < 20; i++) {
                Objects.requireNonNull(through.current())
                        .send(SPREAD, TestBus.text("x").partitionKey("key" + i).build());
            }
        }

        @Test
        void oneWithoutCrossPartitionIsHeldBesideOneThatHasIt() throws Exception {
            spanning().start(xid("g", "1"), XAResource.TMNOFLAGS);
            resource.start(xid("g", "2"), XAResource.TMNOFLAGS);
            assertThatThrownBy(() -> sendUnderManyKeys(resource)).isInstanceOf(BrokerException.class);
        }

        @Test
        @Tag("X4")
        void oneWithCrossPartitionIsFreeBesideOneThatIsHeld() throws Exception {
            resource.start(xid("g", "1"), XAResource.TMNOFLAGS);
            current()
                    .send(
                            SPREAD,
                            TestBus.text("x").partitionKey("key of the other").build());
            BusXAResource spanning = spanning();
            spanning.start(xid("g", "2"), XAResource.TMNOFLAGS);
            sendUnderManyKeys(spanning);
            assertThat(Objects.requireNonNull(spanning.current()).partition()).isEqualTo(PartitionPin.NONE);
        }
    }
}
