/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.SessionInfo;
import io.peeklock.broker.SessionOptions;
import io.peeklock.broker.SessionReceiver;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.RuleDescription;
import io.peeklock.broker.entity.TrueFilter;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.Message;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The longest and the shortest ids do what all others do, whatever is received from: rules Q4, G2, U1. */
class IdentifiersEverywhereTest extends EveryKindFixture {
    private static final String LONGEST = "ü".repeat(128);

    private static ErrorCode refusalOf(UnaryOperator<Message.Builder> field) {
        return catchThrowableOfType(
                        BrokerException.class,
                        () -> field.apply(TestBus.text("m")).build())
                .code();
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    @Tag("Q4")
    @Tag("G2")
    void nameASession(Kind kind, End end) {
        create(kind, true);
        String tooLong = LONGEST + "x";
        assertThat(refusalOf(message -> message.sessionId(tooLong))).isEqualTo(ErrorCode.InvalidOperation);
        assertThat(bus.errorOf(bus.namespace.acceptSession(from, tooLong, SessionOptions.peekLock())))
                .isEqualTo(ErrorCode.InvalidOperation);
        for (String id : List.of("", LONGEST)) {
            bus.send(to, TestBus.text("in " + id).sessionId(id));
        }
        end(end);
        for (String id : List.of("", LONGEST)) {
            SessionReceiver held = bus.get(bus.namespace.acceptSession(from, id, SessionOptions.peekLock()));
            assertThat(held.sessionId()).isEqualTo(id);
            Delivery taken = bus.get(held.receive());
            assertThat(TestBus.textOf(taken)).isEqualTo("in " + id);
            bus.get(held.setSessionState(new byte[] {1}));
            bus.settle(taken, Settlement.COMPLETE);
            held.close();
        }
        end(end);
        assertThat(bus.get(bus.namespace.listSessions(from, null, 10)))
                .extracting(SessionInfo::sessionId)
                .containsExactly("", LONGEST);
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    @Tag("Q4")
    @Tag("U1")
    void areComparedWhole(Kind kind, End end) {
        create(kind, false, Duration.ofMinutes(1));
        String tooLong = LONGEST + "x";
        assertThat(refusalOf(message -> message.applicationMessageId(tooLong))).isEqualTo(ErrorCode.InvalidOperation);
        assertThat(refusalOf(message -> message.partitionKey(tooLong))).isEqualTo(ErrorCode.InvalidOperation);
        for (String id : List.of("", LONGEST, LONGEST.substring(1) + "x")) {
            bus.send(to, TestBus.text(id).applicationMessageId(id).partitionKey(LONGEST));
            end(end);
            bus.send(to, TestBus.text(id).applicationMessageId(id).partitionKey(LONGEST));
        }
        assertThat(texts(from)).containsExactly("", LONGEST, LONGEST.substring(1) + "x");
    }

    /** A rule's action makes no id that no message may have: an error of evaluation. */
    @ParameterizedTest
    @MethodSource("topics")
    @Tag("Q4")
    @Tag("D3")
    void areNotMadeTooLongByARule(Kind kind, End end) {
        create(kind);
        bus.get(bus.namespace.updateSubscription(bus.get(bus.namespace.subscription("news", "reader")).toBuilder()
                .deadLetterOnFilterError(true)
                .build()));
        bus.get(bus.namespace.createRule(new RuleDescription(
                "news", "reader", "grows", new TrueFilter(), "SET sys.MessageId = sys.MessageId + 'x'")));
        end(end);
        bus.send(to, message("fits").applicationMessageId("a"));
        bus.send(to, message("does not").applicationMessageId(LONGEST));
        end(end);
        assertThat(texts(from)).containsExactlyInAnyOrder("fits", "fits");
        assertThat(shown(from.deadLetterQueue()))
                .extracting(one -> TestBus.textOf(one) + " " + one.deadLetterReason())
                .containsExactly("does not FilterException");
    }
}
