/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.inbound;

import io.peeklock.jms.InflowSession;
import io.peeklock.ra.inbound.Beans.Bean;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.resource.spi.UnavailableException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.transaction.xa.XAResource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The deliveries of one piece of work: each message that has come goes to a bean, which is kept until it fails.
 *
 * <p>For one thread. What it throws is of the store's adapter: then nothing is to be had of the session any more.
 */
final class Turn {

    private static final Logger LOG = LoggerFactory.getLogger(Turn.class);

    /** Longer is not waited for on a thread of the server. */
    private static final long MOMENT_MS = 50;

    /** The error code of what an administrator has disabled. */
    private static final String DISABLED = "EntityDisabled";

    private final BeanSession turns;
    private final InflowSession session;
    private final XAResource resource;
    private final Beans beans;
    private final Redelivery redelivery;
    private final Reception reception;
    private @Nullable Bean bean;

    Turn(
            BeanSession turns,
            InflowSession session,
            XAResource resource,
            Beans beans,
            Redelivery redelivery,
            Reception reception) {
        this.turns = turns;
        this.session = session;
        this.resource = resource;
        this.beans = beans;
        this.redelivery = redelivery;
        this.reception = reception;
    }

    /** Delivers what has come; false if this piece of work ends with it, and something else goes on. */
    boolean deliverOne() {
        Message message;
        try {
            message = session.take();
        } catch (JMSException | RuntimeException | Error e) {
            end();
            failed(BeanSession.failure(e));
            return false;
        }
        if (message == null) {
            return true;
        }
        reception.works();
        int deliveries = Received.deliveries(message);
        if (deliveries > redelivery.maxDeliveries()
                && session.deadLetter(
                        "MaxDeliveryCountExceeded",
                        "the message was delivered " + (deliveries - 1) + " times; the limit is "
                                + redelivery.maxDeliveries() + ": " + beans.description(null))) {
            return true;
        }
        return deliver(message, deliveries);
    }

    private void failed(JMSException failure) {
        if (DISABLED.equals(failure.getErrorCode())) {
            reception.disabled(failure);
            turns.restQuietly();
        } else {
            reception.lost(failure);
        }
    }

    private boolean deliver(Message message, int deliveries) {
        session.ifRolledBack(
                beans.description(null), redelivery.delayAfter(deliveries).toMillis(), redelivery.maxDeliveries());
        Bean at;
        try {
            at = bean();
        } catch (UnavailableException e) {
            session.release();
            turns.restWithoutBean(e);
            return false;
        } catch (RuntimeException | Error e) {
            session.release();
            turns.rest("there is no bean now", e);
            return false;
        }
        try {
            at.begin();
        } catch (Exception | Error e) {
            session.release();
            Runnable resting = () -> turns.rest("the server does not begin a delivery", e);
            if (finish(message, deliveries, e, resting)) {
                end();
                resting.run();
            }
            return false;
        }
        Throwable failure = call(at, message);
        if (failure != null) {
            end();
        }
        return finish(message, deliveries, failure, turns::start);
    }

    private Bean bean() throws UnavailableException {
        Bean at = bean;
        if (at == null) {
            at = beans.create(resource);
            turns.hasBean();
            bean = at;
        }
        return at;
    }

    private @Nullable Throwable call(Bean at, Message message) {
        Throwable failure = null;
        try {
            session.work(message, () -> at.onMessage(message));
        } catch (Throwable e) {
            // The application's errors too: the next message may be better.
            failure = e;
        }
        try {
            if (failure != null) {
                at.refuse();
            }
        } catch (RuntimeException | Error e) {
            LOG.warn("the transaction of {} may be committed, though it has failed", beans.name(), e);
        }
        try {
            at.end();
        } catch (Throwable e) {
            if (failure == null) {
                failure = e;
            } else if (failure != e) {
                failure.addSuppressed(e);
            }
        }
        // What the application has left set is not for the next message.
        if (Thread.interrupted()) {
            LOG.debug("{} has left its thread interrupted", beans.name());
        }
        return failure;
    }

    /** Whether the message is settled; if that takes long, this ends, and the next turn comes when it is. */
    private boolean finish(Message message, int deliveries, @Nullable Throwable failure, Runnable next) {
        CompletableFuture<Void> over = new CompletableFuture<>();
        String description = beans.description(failure);
        if (failure != null) {
            LOG.warn(
                    "Delivery {} of message {} of {}: {}; {}",
                    deliveries,
                    Received.id(message),
                    reception,
                    description,
                    redelivery.after(deliveries));
        }
        session.finish(
                failure != null,
                description,
                redelivery.delayAfter(deliveries).toMillis(),
                redelivery.maxDeliveries(),
                () -> over.complete(null));
        if (failure != null) {
            LOG.debug("It failed", failure);
        }
        try {
            over.get(MOMENT_MS, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            end();
        } catch (InterruptedException e) {
            end();
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new AssertionError("never fails", e);
        }
        over.thenRun(() -> turns.goOn(next));
        return false;
    }

    /** The bean is the server's again. */
    void end() {
        Bean at = bean;
        bean = null;
        if (at != null) {
            try {
                at.release();
            } catch (RuntimeException | Error e) {
                LOG.warn("{} was not released", beans.name(), e);
            }
        }
    }
}
