/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.SessionInfo;
import io.peeklock.broker.SessionReceiver;
import io.peeklock.broker.error.ErrorCode;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** The state of a session (rule G6). */
@Tag("G6")
@ParameterizedClass(name = "partitioned: {0}")
@ValueSource(booleans = {false, true})
class SessionStateTest extends SessionFixture {

    SessionStateTest(boolean partitioned) {
        super(partitioned);
    }

    private Optional<byte[]> stateOf(String session) {
        SessionReceiver held = accept(session);
        Optional<byte[]> state = bus.get(held.getSessionState());
        held.close();
        bus.run();
        return state;
    }

    private void set(String session, int... bytes) {
        SessionReceiver held = accept(session);
        bus.get(held.setSessionState(bytes(bytes)));
        held.close();
        bus.run();
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    @Nested
    class IsKept {
        @Test
        void byTheSessionAndNotByItsHolder() {
            set("a", 1, 2);
            set("b", 3);
            assertThat(stateOf("a")).contains(bytes(1, 2));
            assertThat(stateOf("b")).contains(bytes(3));
            assertThat(stateOf("c")).isEmpty();
        }

        @Test
        void withoutAnyMessage() {
            send("a", "text");
            SessionReceiver held = accept("a");
            bus.get(held.setSessionState(bytes(1)));
            complete(take(held));
            held.close();
            bus.run();
            assertThat(stateOf("a")).contains(bytes(1));
        }

        @Test
        void throughAKillAndARestart() {
            set("empty", 1);
            set("changed", 2);
            set("changed", 3, 4);
            set("cleared", 5);
            SessionReceiver held = accept("cleared");
            bus.get(held.setSessionState(null));
            bus = bus.killed();
            assertThat(stateOf("empty")).contains(bytes(1));
            assertThat(stateOf("changed")).contains(bytes(3, 4));
            assertThat(stateOf("cleared")).isEmpty();
            bus = bus.restarted();
            assertThat(stateOf("changed")).contains(bytes(3, 4));
        }

        @Test
        void asItWasWhenItWasSet() {
            SessionReceiver held = accept("a");
            byte[] mine = bytes(1);
            bus.get(held.setSessionState(mine));
            mine[0] = 9;
            byte[] got = bus.get(held.getSessionState()).orElseThrow();
            assertThat(got).containsExactly(1);
            got[0] = 8;
            assertThat(bus.get(held.getSessionState())).contains(bytes(1));
        }

        @Test
        @Tag("N1")
        void withoutAGapInTheNumbers() {
            set("a", 1);
            long before = bus.send(ORDERS, TestBus.text("x").sessionId("a"));
            bus = bus.restarted();
            assertThat(bus.send(ORDERS, TestBus.text("y").sessionId("a"))).isEqualTo(before + 1);
        }
    }

    @Nested
    class CountsTowardTheSize {
        @Test
        @Tag("D6")
        void ofTheEntity() {
            set("a", 1, 2, 3);
            assertThat(bus.counters().sizeBytes()).isEqualTo(3);
            set("a", 1);
            assertThat(bus.counters().sizeBytes()).isEqualTo(1);
            bus = bus.restarted();
            assertThat(bus.counters().sizeBytes()).isEqualTo(1);
            bus.get(accept("a").setSessionState(null));
            assertThat(bus.counters().sizeBytes()).isZero();
        }

        @Test
        @Tag("Q3")
        void andIsRefusedWhereThereIsNoRoom() {
            bus.get(bus.namespace.updateQueue(queue().maxSizeBytes(1 << 20).build()));
            for (int i = 0; i < 4; i++) {
                bus.send(ORDERS, TestBus.text("x".repeat(250_000)).sessionId("a"));
            }
            SessionReceiver held = accept("a");
            bus.get(held.setSessionState(new byte[40_000]));
            bus.get(held.setSessionState(new byte[48_000]));
            assertThat(bus.errorOf(held.setSessionState(new byte[49_000]))).isEqualTo(ErrorCode.QuotaExceeded);
            assertThat(bus.get(held.getSessionState())).contains(new byte[48_000]);
            assertThat(bus.errorOf(bus.namespace.send(
                            ORDERS,
                            TestBus.text("x".repeat(1000)).sessionId("a").build())))
                    .isEqualTo(ErrorCode.QuotaExceeded);
        }

        @Test
        void atMost128Kilobytes() {
            SessionReceiver held = accept("a");
            bus.get(held.setSessionState(new byte[128 * 1024]));
            assertThat(bus.errorOf(held.setSessionState(new byte[128 * 1024 + 1])))
                    .isEqualTo(ErrorCode.MessageSizeExceeded);
        }
    }

    @Test
    @Tag("G8")
    void isSeenInTheList() {
        set("a", 1, 2, 3);
        assertThat(bus.get(bus.namespace.listSessions(ORDERS, null, 10)))
                .containsExactly(new SessionInfo("a", 0, 0, false, 0, 3));
    }

    @Test
    @Tag("W4")
    void goesWithItsEntity() {
        set("a", 1);
        send("a", "x");
        bus.get(bus.namespace.deleteQueue("orders"));
        bus.run();
        bus.create(queue());
        assertThat(stateOf("a")).isEmpty();
        bus = bus.restarted();
        assertThat(stateOf("a")).isEmpty();
        assertThat(bus.counters().sizeBytes()).isZero();
        for (int partition = 0; partition < 16; partition++) {
            assertThat(bus.namespace.health().get(partition).findings()).isEmpty();
        }
    }

    @Test
    void belongsToTheHolder() {
        SessionReceiver held = accept("a");
        bus.advance(LOCK);
        assertThat(bus.errorOf(held.setSessionState(bytes(1)))).isEqualTo(ErrorCode.SessionLockLost);
        SessionReceiver closed = accept("a");
        closed.close();
        assertThat(bus.errorOf(closed.setSessionState(bytes(1)))).isEqualTo(ErrorCode.Closed);
    }
}
