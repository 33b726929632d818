/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.LockToken;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.SettlementOutcome;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.error.ErrorCode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A caller's mistake in a settlement is told to it, and stops no partition. */
class WrongSettlementTest {
    private TestBus bus;

    @BeforeEach
    void open() {
        bus = TestBus.simulated(4, TestBus.config(Profile.JMS));
        bus.create(QueueDescription.builder("orders"));
    }

    @AfterEach
    void close() {
        bus.close();
    }

    private ErrorCode errorOfSettling(Delivery delivery, Settlement settlement) {
        return bus.errorOf(bus.namespace.settle(delivery.requireLockToken(), settlement));
    }

    @Test
    @Tag("L11")
    void withANamelessPropertyIsRefused() {
        bus.send("a");
        Delivery delivery = bus.take();
        Map<String, Object> nameless = new HashMap<>();
        nameless.put(null, "x");
        for (Map<String, Object> changes : List.of(nameless, Map.<String, Object>of("", "x"))) {
            assertThat(errorOfSettling(delivery, new Settlement.Abandon(changes)))
                    .isEqualTo(ErrorCode.InvalidOperation);
            assertThat(errorOfSettling(delivery, new Settlement.DeadLetter("r", null, changes)))
                    .isEqualTo(ErrorCode.InvalidOperation);
        }
        assertThat(errorOfSettling(delivery, new Settlement.Abandon(Map.of("p", new Object()))))
                .isEqualTo(ErrorCode.InvalidOperation);
        bus.settle(delivery, Settlement.COMPLETE);
    }

    @Test
    @Tag("L11")
    void thatIsChangedAfterwardsChangesNothing() {
        bus.send("a");
        byte[] bytes = {1};
        Map<String, Object> changes = new HashMap<>(Map.of("p", bytes));
        Settlement abandon = new Settlement.Abandon(changes);
        bytes[0] = 2;
        changes.put("q", "later");
        bus.settle(bus.take(), abandon);
        assertThat(bus.take().modifiedProperties()).containsOnlyKeys("p").containsEntry("p", new byte[] {1});
    }

    @Test
    @Tag("L7")
    void ofATokenFromElsewhereIsALostLock() {
        bus.send("a");
        LockToken own = bus.take().requireLockToken();
        for (int partition : new int[] {-1, 3, 4, 1000}) {
            LockToken foreign = new LockToken(partition, own.entityId(), own.sequenceNumber(), own.id());
            assertThat(bus.errorOf(bus.namespace.settle(foreign, Settlement.COMPLETE)))
                    .isEqualTo(ErrorCode.MessageLockLost);
            assertThat(bus.errorOf(bus.namespace.renew(foreign))).isEqualTo(ErrorCode.MessageLockLost);
            assertThat(bus.get(bus.namespace.settleAll(List.of(foreign, foreign), Settlement.ABANDON)))
                    .allMatch(outcome -> outcome.failure() != null);
        }
        LockToken foreign = new LockToken(77, own.entityId(), own.sequenceNumber(), own.id());
        List<SettlementOutcome> outcomes = bus.get(bus.namespace.settleAll(List.of(foreign, own), Settlement.COMPLETE));
        assertThat(outcomes).extracting(SettlementOutcome::token).containsExactly(foreign, own);
        assertThat(outcomes.get(1).failure()).isNull();
    }
}
