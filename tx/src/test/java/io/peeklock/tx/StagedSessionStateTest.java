/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.tx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.SessionOptions;
import io.peeklock.broker.SessionReceiver;
import io.peeklock.broker.StagedSessionState;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.namespace.TestBus;
import io.peeklock.tx.LocalTransaction.State;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** A transaction sets the states of sessions by its commit: rules G6, X1. */
@Tag("G6")
@Tag("X1")
@ParameterizedClass(name = "partitioned: {0}")
@ValueSource(booleans = {false, true})
class StagedSessionStateTest extends OneTransaction {

    private static final EntityPath ORDERS = TestBus.ORDERS;
    private static final EntityPath ELSEWHERE = EntityPath.queue("elsewhere");

    private final boolean partitioned;

    StagedSessionStateTest(boolean partitioned) {
        this.partitioned = partitioned;
    }

    @BeforeEach
    void open() {
        bus.create(QueueDescription.builder("orders").partitioned(partitioned).sessionRequired(true));
    }

    private SessionReceiver accept(EntityPath path) {
        return bus.get(bus.namespace.acceptSession(path, "a", SessionOptions.peekLock()));
    }

    private CompletableFuture<Void> setting(SessionReceiver held, byte... state) {
        return transaction.setSessionState(ORDERS, new StagedSessionState(held.sessionToken(), state));
    }

    private BrokerException refusalOf(CompletableFuture<Void> staging) {
        BrokerException refusal = catchThrowableOfType(BrokerException.class, () -> bus.get(staging));
        assertThat(refusal).as("refused").isNotNull();
        return refusal;
    }

    private Optional<byte[]> durable(SessionReceiver held) {
        return bus.get(held.getSessionState());
    }

    private Delivery next(SessionReceiver held) {
        bus.send(ORDERS, TestBus.text("text").sessionId("a"));
        return bus.get(held.receive());
    }

    @Test
    void isSetByTheCommitAndSurvivesAKill() {
        SessionReceiver held = accept(ORDERS);
        transaction.enlist(next(held));
        bus.get(setting(held, (byte) 1));
        bus.get(setting(held, (byte) 2));
        assertThat(durable(held)).isEmpty();
        StagedSessionState staged = transaction.stagedState(held.sessionToken());
        assertThat(staged).isNotNull();
        assertThat(staged.state()).containsExactly(2);
        bus.get(transaction.commit());
        assertThat(durable(held)).contains(new byte[] {2});
        assertThat(transaction.stagedState(held.sessionToken())).isNull();
        bus = bus.killed();
        assertThat(durable(accept(ORDERS))).contains(new byte[] {2});
        assertThat(bus.counters().active()).isZero();
    }

    @Test
    void aloneIsWorkOfATransaction() {
        SessionReceiver held = accept(ORDERS);
        bus.get(setting(held, (byte) 1));
        assertThat(transaction.isEmpty()).isFalse();
        assertThat(transaction.partition())
                .isEqualTo(partitioned ? held.sessionToken().partition() : PartitionPin.NONE);
        bus.get(transaction.commit());
        assertThat(durable(held)).contains(new byte[] {1});
    }

    @Test
    void isForgottenByARollback() {
        SessionReceiver held = accept(ORDERS);
        bus.get(held.setSessionState(new byte[] {1}));
        transaction.enlist(next(held));
        bus.get(setting(held, (byte) 2));
        bus.get(transaction.rollback());
        assertThat(durable(held)).contains(new byte[] {1});
        assertThat(transaction.stagedState(held.sessionToken())).isNull();
        assertThat(bus.get(held.receive()).deliveryCount()).isEqualTo(1);
    }

    @Test
    @Tag("G4")
    void rollsBackWithALostSession() {
        SessionReceiver held = accept(ORDERS);
        bus.get(setting(held, (byte) 1));
        held.close();
        bus.run();
        assertThat(bus.errorOf(transaction.commit())).isEqualTo(ErrorCode.SessionLockLost);
        assertThat(transaction.state()).isEqualTo(State.ROLLED_BACK);
        begin(Profile.JMS);
        assertThat(refusalOf(setting(held, (byte) 1)).code()).isEqualTo(ErrorCode.SessionLockLost);
        assertThat(durable(accept(ORDERS))).isEmpty();
    }

    @Test
    @Tag("Q3")
    void isRefusedAtTheCallIfItIsTooLarge() {
        SessionReceiver held = accept(ORDERS);
        assertThat(refusalOf(setting(held, new byte[128 * 1024 + 1])).code()).isEqualTo(ErrorCode.MessageSizeExceeded);
        assertThat(transaction.isEmpty()).isTrue();
        assertThat(transaction.partition()).as("pinned by nothing").isNegative();
        bus.get(setting(held, (byte) 1));
        assertThat(refusalOf(setting(held, new byte[128 * 1024 + 1])).code()).isEqualTo(ErrorCode.MessageSizeExceeded);
        bus.get(transaction.commit());
        assertThat(durable(held)).contains(new byte[] {1});
    }

    /** Only where it is the key (rule P10). */
    @Test
    @Tag("P10")
    void isRefusedBesideAnotherKey() {
        SessionReceiver held = accept(ORDERS);
        bus.create(QueueDescription.builder("elsewhere").partitioned(true));
        transaction.send(ELSEWHERE, TestBus.text("x").partitionKey("b").build());
        if (partitioned) {
            assertThat(refusalOf(setting(held, (byte) 1)))
                    .hasMessageContaining("'b'")
                    .hasMessageContaining("a session of orders has key 'a' (partition ")
                    .hasMessageContaining("crossPartition=true");
            bus.get(transaction.commit());
            assertThat(durable(held)).isEmpty();
            assertThat(bus.takeAll(ELSEWHERE)).containsExactly("x");
        } else {
            bus.get(setting(held, (byte) 1));
        }
    }

    /** Until the commit it is in memory. */
    @Test
    @Tag("X3")
    void countsForWhatATransactionMayHold() {
        SessionReceiver held = accept(ORDERS);
        begin(TransactionSettings.of(Profile.JMS).withMaxSendBytes(10));
        assertThat(refusalOf(setting(held, new byte[11])).code()).isEqualTo(ErrorCode.QuotaExceeded);
        assertThat(transaction.partition()).isEqualTo(PartitionPin.NONE);
        bus.get(setting(held, new byte[10]));
        assertThat(refusalOf(setting(held, new byte[11]))).hasMessageContaining("maxTransactionSize");
        bus.get(setting(held, new byte[4]));
        bus.get(setting(held, new byte[10]));
        bus.get(transaction.commit());
        assertThat(durable(held)).contains(new byte[10]);
    }
}
