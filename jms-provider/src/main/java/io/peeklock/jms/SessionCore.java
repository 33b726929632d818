/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.LockToken;
import io.peeklock.broker.Namespace;
import io.peeklock.broker.ReceiveMode;
import io.peeklock.broker.Receiver;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.Claim;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.EntitySettings;
import io.peeklock.broker.message.Message;
import io.peeklock.broker.selector.Selector;
import jakarta.jms.JMSException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.transaction.xa.XAResource;
import org.jspecify.annotations.Nullable;

/**
 * The working part of a session: its consumers, what it holds and how that is settled.
 *
 * <p>For one thread at a time, the application's or that of its listeners; {@link #close()}, and the connection's start
 * and stop, come from any thread.
 */
final class SessionCore {

    private final PeeklockConnection connection;
    private final SessionMode mode;
    private final Namespace namespace;
    private final Settlements settlements;
    private final Acknowledgement acknowledgement;
    private final DeliveryGate gate = new DeliveryGate();
    private final Handover handover;
    private final ListenerLoop listeners = new ListenerLoop(this);
    private final LoadedMessages loaded = new LoadedMessages(this);
    private final UnacknowledgedLimit unacknowledged;
    private final AsyncSends asyncSends;
    private final List<PeeklockConsumer> consumers = new CopyOnWriteArrayList<>();
    private final EndingShares endingShares;
    private final TransactionEnds ends = new TransactionEnds(this);
    private final AtomicBoolean closeBegun = new AtomicBoolean();
    private final CountDownLatch closeEnded = new CountDownLatch(1);
    private volatile boolean closed;

    SessionCore(PeeklockConnection connection, SessionMode mode) {
        this.connection = connection;
        this.mode = mode;
        this.namespace = connection.bus();
        this.settlements = new Settlements(namespace, connection::report, connection.losses());
        this.asyncSends = new AsyncSends(connection.callbackThreads());
        this.acknowledgement = switch (mode) {
            case TRANSACTED -> new TransactedAcknowledgement(settlements, connection, ends::endedElsewhere);
            case AUTO -> new AutoAcknowledgement(settlements);
            case CLIENT -> new ClientAcknowledgement(settlements);
            case DUPS_OK -> new DupsOkAcknowledgement(settlements);
            case PRE -> new PreAcknowledgement(settlements);
            case INDIVIDUAL -> new IndividualAcknowledgement(settlements);
            case XA -> new XaAcknowledgement(settlements, connection, ends::endedElsewhere);
        };
        this.unacknowledged = new UnacknowledgedLimit(this);
        this.endingShares = new EndingShares(this::holdsNothing);
        this.handover = new Handover(this);
    }

    // ---- What its parts need

    DeliveryGate gate() {
        return gate;
    }

    Acknowledgement acknowledgement() {
        return acknowledgement;
    }

    /** Ends its transactions. */
    TransactionEnds transactions() {
        return ends;
    }

    UnacknowledgedLimit unacknowledged() {
        return unacknowledged;
    }

    Settlements settlements() {
        return settlements;
    }

    Handover handover() {
        return handover;
    }

    ListenerLoop listeners() {
        return listeners;
    }

    LoadedMessages loaded() {
        return loaded;
    }

    AsyncSends asyncSends() {
        return asyncSends;
    }

    List<PeeklockConsumer> consumers() {
        return consumers;
    }

    EndingShares endingShares() {
        return endingShares;
    }

    /** Of a session in mode {@link SessionMode#XA}. */
    XAResource xaResource() {
        return xaAcknowledgement().resource();
    }

    /** Of a session in mode {@link SessionMode#XA}. */
    XaAcknowledgement xaAcknowledgement() {
        return (XaAcknowledgement) acknowledgement;
    }

    PeeklockConnection connection() {
        return connection;
    }

    SessionMode mode() {
        return mode;
    }

    Executor threads() {
        return connection.threads();
    }

    BrokerTimer timer() {
        return connection.timer();
    }

    void report(JMSException failure) {
        connection.report(failure);
    }

    void requireOpen() throws JMSException {
        if (closed) {
            throw JmsExceptions.closed("session");
        }
    }

    void requireNoListener() throws JMSException {
        if (listeners.hasListener()) {
            throw JmsExceptions.invalidOperation("the session has a message listener; receive in another session");
        }
        loaded.requireNoListener();
    }

    void forget(PeeklockConsumer consumer) {
        consumers.remove(consumer);
    }

    // ---- Consumers

    /** From now on it is one of the session's. */
    <C extends PeeklockConsumer> C add(C consumer) throws JMSException {
        consumers.add(consumer);
        if (closed) {
            // Closed meanwhile by another thread, which may not have seen this consumer.
            consumers.remove(consumer);
            consumer.closeReceiver();
            throw JmsExceptions.closed("session");
        }
        return consumer;
    }

    /**
     * A receiver as the session's mode wants it.
     *
     * @param only the session of the bus that it takes alone, instead of a filter
     */
    Receiver openReceiver(EntityPath path, @Nullable String only, @Nullable Selector filter) throws JMSException {
        Duration autoRenew = connection.settings().autoRenew(mode);
        ReceiverOptions options = new ReceiverOptions(
                        ReceiveMode.PEEK_LOCK, only == null ? filter : null, autoRenew, only)
                .heldBy(connection.holder())
                .telling(unacknowledged);
        return JmsExceptions.translating(() -> namespace.openReceiver(path, options));
    }

    /** The settings of a queue, topic or subscription; a plain queue or topic is created on first use (rule W5). */
    EntitySettings resolve(EntityPath path) throws JMSException {
        return Waits.lookUp(
                connection.settings().entities().resolve(namespace, path),
                connection.settings().operationTimeout(),
                "looking for " + path);
    }

    /** The same, for a user who has a claim there (rule Q6): who has not is refused before anything is opened. */
    EntitySettings resolve(EntityPath path, Claim claim) throws JMSException {
        EntitySettings settings = resolve(path);
        JmsExceptions.translating(() -> {
            namespace.requireClaim(claim, path);
            return claim;
        });
        return settings;
    }

    // ---- Sending

    /** Sends, or stages in the transaction. */
    CompletableFuture<?> send(EntityPath destination, Message message) throws JMSException {
        return acknowledgement.stage(destination, message)
                ? CompletableFuture.completedFuture(null)
                : namespace.send(destination, message);
    }

    // ---- Settling

    void acknowledge(Delivery delivery, Settlement settlement) throws JMSException {
        requireOpen();
        settling(() -> acknowledgement.acknowledge(delivery, settlement));
    }

    void settle(LockToken token, Settlement settlement) throws JMSException {
        requireOpen();
        settling(() -> acknowledgement.settle(token, settlement));
    }

    /** Whether no message is with it, or on its way into it, that may still be settled. */
    private boolean holdsNothing() {
        // In the order in which they go from the one to the other.
        return loaded.isEmpty() && acknowledgement.holdsNothing();
    }

    /** No message has come for a moment: what was left for later is settled. Any thread. */
    void idle() {
        acknowledgement.idle();
        endingShares.settled();
    }

    void settling(PeeklockContext.Action settling) throws JMSException {
        try {
            settling.run();
        } finally {
            unacknowledged.changed();
            endingShares.settled();
        }
    }

    long renew(LockToken token) throws JMSException {
        requireOpen();
        return Waits.answer(namespace.renew(token), connection.settings().operationTimeout(), "renewing a lock");
    }

    /** Acknowledges all messages of the session, as {@link jakarta.jms.JMSContext#acknowledge()}. */
    void acknowledgeAll() throws JMSException {
        requireOpen();
        settling(() -> acknowledgement.acknowledgeAll());
    }

    void recover() throws JMSException {
        requireOpen();
        settling(() -> acknowledgement.recover());
        listeners.wake();
    }

    // ---- Starting, stopping, closing

    void start() {
        gate.start();
        listeners.begin();
    }

    /** No message passes after this. */
    void shut() {
        gate.stop();
        takeBackRequests();
    }

    /** Waits for the listener that is at work, for calls that return a message, and until what was settled is durable. */
    void awaitQuiet() throws InterruptedException {
        gate.awaitListener();
        gate.awaitHandovers();
        acknowledgement.awaitSettled();
    }

    private void takeBackRequests() {
        // Else the message that one gives back goes to the next, who gives it back in turn.
        listeners.credit().withhold();
        try {
            for (PeeklockConsumer consumer : consumers) {
                consumer.interruptReceive();
                consumer.recall();
            }
        } finally {
            listeners.credit().offer();
        }
    }

    /** The connection closes: no message passes after this, everything else still works. */
    void beginClose() {
        gate.close();
        takeBackRequests();
    }

    /** Whether the caller is a listener of this session, which must not wait for itself. */
    void requireNotOwnListener(String call) throws JMSException {
        if (gate.isListener()) {
            throw JmsExceptions.invalidOperation(
                    "a message listener must not " + call + " its own session or connection");
        }
    }

    /** Who closes the session waits for its listeners of both kinds. */
    void requireMayClose() throws JMSException {
        requireNotOwnListener("close");
        requireNoCompletionListener("close");
    }

    /** Whether the caller is a completion listener of this session (Jakarta Messaging 7.3.4). */
    void requireNoCompletionListener(String call) throws JMSException {
        if (asyncSends.isCallback()) {
            throw JmsExceptions.invalidOperation(
                    "a completion listener must not " + call + " its own session or connection");
        }
    }

    void close() throws JMSException {
        requireMayClose();
        if (!closeBegun.compareAndSet(false, true)) {
            awaitCloseOfOther();
            return;
        }
        ClosingSteps steps = new ClosingSteps();
        steps.run(this::beginClose);
        steps.run(this::awaitAndSettle);
        closed = true;
        if (steps.failed()) {
            steps.run(loaded::close);
            steps.run(acknowledgement::closeNow);
        }
        consumers.forEach(consumer -> steps.run(consumer::closeReceiver));
        consumers.clear();
        steps.run(endingShares::settled);
        steps.run(() -> connection.forget(this));
        closeEnded.countDown();
        steps.end();
    }

    /** Waits for all who are at work, and gives back what the application has not settled. */
    private void awaitAndSettle() throws JMSException {
        try {
            gate.awaitListener();
            gate.awaitReceivers();
            loaded.close();
            asyncSends.close();
            acknowledgement.close();
        } catch (InterruptedException e) {
            throw JmsExceptions.closedEarly("a session", e);
        }
    }

    /** Another thread closes it, and may be waiting for a listener: what is closed next must wait for that too. */
    private void awaitCloseOfOther() throws JMSException {
        try {
            closeEnded.await();
        } catch (InterruptedException e) {
            throw JmsExceptions.closedByOther("session", e);
        }
    }
}
