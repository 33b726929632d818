/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static io.peeklock.broker.namespace.TestBus.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.broker.DeadLetterProperties;
import io.peeklock.broker.Delivery;
import io.peeklock.broker.MessageSelection;
import io.peeklock.broker.Namespace;
import io.peeklock.broker.PartitionCommit;
import io.peeklock.broker.SessionOptions;
import io.peeklock.broker.SessionReceiver;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.SettlementOutcome;
import io.peeklock.broker.entity.Claim;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What refusals say: nothing that is not so, and nothing to do that cannot be done.
 *
 * <p>One thread.
 */
class RefusalTextsTest extends ClaimFixture {
    private static final EntityPath SESSIONS = EntityPath.queue("sessions");
    private static final EntityPath NONE = EntityPath.queue("none");

    private String text(CompletableFuture<?> refused) {
        return String.valueOf(bus.failure(refused).getMessage());
    }

    private Delivery received() {
        bus.send("m");
        return bus.take();
    }

    private Delivery receivedInASession() {
        bus.send(SESSIONS, TestBus.text("m").sessionId("a"));
        return bus.get(bus.get(bus.namespace.acceptSession(SESSIONS, "a", SessionOptions.peekLock()))
                .receive());
    }

    @Nested
    @Tag("G4")
    class OfASessionThatIsLost {

        @ParameterizedTest
        @ValueSource(booleans = {false, true})
        void fitsWhoeverTakesItAgain(boolean heals) {
            SessionOptions options = SessionOptions.peekLock().renewedFor(Duration.ZERO);
            SessionReceiver held =
                    bus.get(bus.namespace.acceptSession(SESSIONS, "a", heals ? options.healing() : options));
            bus.advance(Duration.ofMinutes(10));
            assertThat(text(held.receive()))
                    .endsWith(
                            "its messages are back: receive again if the receiver heals, else accept the session again");
        }
    }

    @Nested
    @Tag("W4")
    class OfAMessageWhoseEntityWasDeleted {

        @Test
        void doesNotPromiseItAgain() {
            Delivery held = received();
            bus.get(bus.namespace.deleteQueue("orders"));
            String gone = "the lock of message " + held.sequenceNumber()
                    + " is lost: its queue or subscription was deleted, and the message with it";
            assertThat(text(bus.namespace.settle(held.requireLockToken(), Settlement.COMPLETE)))
                    .isEqualTo(gone);
            assertThat(text(bus.namespace.renew(held.requireLockToken()))).isEqualTo(gone);
            assertThat(bus.get(bus.namespace.settleAll(List.of(held.requireLockToken()), Settlement.COMPLETE)))
                    .singleElement()
                    .extracting(SettlementOutcome::failure)
                    .extracting(BrokerException::getMessage)
                    .isEqualTo(gone);
        }

        @Test
        void isOfALostSessionIfItWasReceivedInOne() {
            Delivery held = receivedInASession();
            bus.get(bus.namespace.deleteQueue("sessions"));
            BrokerException failure = bus.failure(bus.namespace.settle(held.requireLockToken(), Settlement.COMPLETE));
            assertThat(failure.code()).isEqualTo(ErrorCode.SessionLockLost);
            assertThat(failure).hasMessageContaining("was deleted, and the message with it");
        }

        @Test
        void saysOfATransactionWhichAreGone() {
            bus.create(QueueDescription.builder("other").lockDuration(Duration.ofSeconds(1)));
            EntityPath other = EntityPath.queue("other");
            bus.send(other, TestBus.text("o"));
            Delivery expired = bus.take(other);
            bus.advance(Duration.ofSeconds(2));
            Delivery held = received();
            bus.get(bus.namespace.deleteQueue("orders"));
            assertThat(text(commit(held))).endsWith("are lost; they were deleted with their queue or subscription");
            assertThat(text(commit(expired))).endsWith("are lost; they may be received again");
            assertThat(text(commit(held, expired)))
                    .endsWith("are lost; of them [" + held.sequenceNumber()
                            + "] were deleted with their queue or subscription, the others may be received again");
        }

        private CompletableFuture<Void> commit(Delivery... completes) {
            return bus.namespace.commit(new PartitionCommit(
                    0,
                    List.of(),
                    List.of(completes).stream().map(Delivery::requireLockToken).toList()));
        }

        @Test
        void promisesItAgainWhereOnlyTheLockIsOver() {
            Delivery held = received();
            bus.get(bus.namespace.settle(held.requireLockToken(), Settlement.ABANDON));
            assertThat(text(bus.namespace.settle(held.requireLockToken(), Settlement.COMPLETE)))
                    .endsWith("the message may be received again");
        }
    }

    @Nested
    @Tag("D1")
    class OfADeadLetterQueue {

        @Test
        void saysThatItTakesNoSendsAlsoWhereThereIsNoQueue() {
            assertThat(text(bus.namespace.resolve(NONE.deadLetterQueue(), false)))
                    .isEqualTo(
                            "there is no queue 'none' with a dead-letter queue, which can be received from and not sent"
                                    + " to: create it or mind the spelling");
            assertThat(text(bus.namespace.resolve(EntityPath.subscription("news", "x"), false)))
                    .startsWith("there is no subscription 'news/Subscriptions/x': ");
        }

        @Test
        @Tag("G2")
        void hasNoSessions() {
            bus.send(SESSIONS, TestBus.text("m").sessionId("a"));
            EntityPath dead = SESSIONS.deadLetterQueue();
            assertThat(text(bus.namespace.acceptSession(dead, "a", SessionOptions.peekLock())))
                    .isEqualTo(dead + " has no sessions, as no dead-letter queue has: receive its messages");
            assertThat(text(bus.namespace.acceptSession(ORDERS, "a", SessionOptions.peekLock())))
                    .endsWith("or create it with sessionRequired");
            assertThat(bus.get(bus.namespace.listSessions(SESSIONS, null, 10))).hasSize(1);
            assertThat(bus.get(bus.namespace.listSessions(dead, null, 10))).isEmpty();
        }
    }

    @Nested
    class OfAMove {

        @Test
        void toWhereTheMessagesAreAdvisesToReDriveOnlyDeadLetters() {
            assertThat(move(ORDERS)).isEqualTo("the messages are in orders already: name another destination");
            assertThat(move(ORDERS.deadLetterQueue()))
                    .isEqualTo("the messages are in orders already: re-drive these dead letters instead");
        }

        private String move(EntityPath from) {
            return text(bus.namespace
                    .moveMessages(from, ORDERS, MessageSelection.ALL, DeadLetterProperties.KEEP)
                    .result());
        }
    }

    @Nested
    @Tag("W1")
    class OfAForward {

        @ParameterizedTest
        @CsvSource({
            "t/Subscriptions/a, subscription",
            "t/subscriptions/a/$deadletterqueue, dead-letter queue",
            "q/$DeadLetterQueue, dead-letter queue"
        })
        void saysThatQueuesAndTopicsAreNamed(String target, String kind) {
            String names = " names a queue or topic, and '" + target + "' is the path of a " + kind;
            assertThatThrownBy(() ->
                            QueueDescription.builder("x").forwardTo(target).build())
                    .hasMessage("queue 'x': forwardTo" + names);
            assertThatThrownBy(() -> QueueDescription.builder("x")
                            .forwardDeadLetteredMessagesTo(target)
                            .build())
                    .hasMessage("queue 'x': forwardDeadLetteredMessagesTo" + names);
        }
    }

    @Nested
    @Tag("Q6")
    class OfABearer {

        @Test
        void whoMayNothingAnyMoreSaysThatThePolicyOrItsKeyIsGone() {
            policy(ORDERS, Claim.SEND);
            Namespace app = app();
            assertThat(text(app.peek(ORDERS, 0, 1))).contains("has no claim LISTEN on queue 'orders'");
            bus.get(bus.namespace.deletePolicy(ORDERS, "app"));
            String gone = "policy 'app' was deleted, or has another key: connect again with the right one";
            assertThat(text(app.send(ORDERS, TestBus.text("m").build()))).isEqualTo(gone);
            assertThat(text(app.resolve(ORDERS, false))).isEqualTo(gone);
            assertThat(text(app.resolve(NONE, true))).isEqualTo(gone);
            assertThat(text(app.statistics())).isEqualTo(gone);
        }
    }

    @Nested
    class OfWhatIsFixed {

        @Test
        @Tag("G1")
        @Tag("U1")
        void saysWhatToDo() {
            String advice = ", which is fixed at creation: delete it and create it again, or keep the setting";
            assertThat(text(bus.namespace.updateQueue(QueueDescription.builder("orders")
                            .sessionRequired(true)
                            .build())))
                    .isEqualTo("queue 'orders': does not require sessions" + advice);
            assertThat(text(bus.namespace.updateQueue(QueueDescription.builder("orders")
                            .duplicateDetectionWindow(Duration.ofMinutes(1))
                            .build())))
                    .isEqualTo("queue 'orders': does not detect duplicates" + advice);
        }
    }

    @Nested
    @SuppressWarnings("NullAway")
    class OfNothing {
        private final @Nullable Instant noTime = null;
        private final @Nullable MessageSelection noSelection = null;
        private final @Nullable EntityPath noPath = null;
        private final @Nullable Duration noDuration = null;

        @Test
        void namesTheArgument() {
            isNamed(
                    "enqueueAt",
                    () -> bus.get(
                            bus.namespace.schedule(ORDERS, TestBus.text("m").build(), noTime)));
            isNamed("selection", () -> bus.namespace.purgeMessages(ORDERS, noSelection));
            isNamed("selection", () -> bus.namespace.redriveMessages(ORDERS.deadLetterQueue(), noSelection));
            isNamed(
                    "destination",
                    () -> bus.namespace.moveMessages(ORDERS, noPath, MessageSelection.ALL, DeadLetterProperties.KEEP));
            isNamed(
                    "selection",
                    () -> bus.namespace.moveMessages(ORDERS, SESSIONS, noSelection, DeadLetterProperties.KEEP));
            isNamed(
                    "duplicateDetectionWindow",
                    () -> QueueDescription.builder("q").duplicateDetectionWindow(noDuration));
            isNamed("lockDuration", () -> QueueDescription.builder("q").lockDuration(noDuration));
        }

        private void isNamed(String argument, Runnable call) {
            assertThatThrownBy(call::run)
                    .hasMessageContaining(argument)
                    .satisfies(failure -> assertThat(failure instanceof NullPointerException
                                    || failure.getCause() instanceof NullPointerException)
                            .isTrue());
        }
    }
}
