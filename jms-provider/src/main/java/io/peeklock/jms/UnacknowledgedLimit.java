/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.LockLostListener;
import io.peeklock.broker.LockToken;
import io.peeklock.broker.LostLock;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a session from receiving more while it has as many unacknowledged messages as it may (Jakarta Messaging 6.2.10). A lost
 * lock makes room: nobody is to wait for ever for an acknowledge that can do nothing any more.
 *
 * <p>Thread safe.
 */
final class UnacknowledgedLimit implements LockLostListener {

    private static final Logger LOG = LoggerFactory.getLogger(UnacknowledgedLimit.class);

    private final int max;
    private final HeldLocks held;
    private final DeliveryGate gate;
    private final LockLosses losses;
    private final ListenerLoop listeners;
    private final Runnable onRoom;
    /** Other sessions that have messages of this one's receivers. */
    private volatile Collection<SessionCore> loads = List.of();

    private final AtomicBoolean said = new AtomicBoolean();

    /** Of a session that knows already how it acknowledges. */
    UnacknowledgedLimit(SessionCore session) {
        this.max = session.connection().settings().maxUnacknowledged(session.mode());
        this.held = session.acknowledgement().held;
        this.gate = session.gate();
        this.losses = session.connection().losses();
        this.listeners = session.listeners();
        this.onRoom = () -> session.connection().hasRoom(session);
    }

    /** The session receives for others, which hear of locks that are lost too; the collection may change. */
    void loads(Collection<SessionCore> sessions) {
        loads = sessions;
    }

    /** How many messages the session may be given now; may change at any moment. */
    int room() {
        return max == SessionSettings.UNLIMITED ? max : Math.max(0, max - held.unacknowledged());
    }

    boolean hasRoom() {
        return room() > 0;
    }

    /** The session has more unacknowledged messages, or fewer. */
    void changed() {
        if (max == SessionSettings.UNLIMITED) {
            return;
        }
        boolean hasRoomAgain = gate.full(() -> held.unacknowledged() >= max);
        if (gate.isFull() && said.compareAndSet(false, true)) {
            LOG.warn(
                    "a session has {} unacknowledged messages, as many as option maxUnacknowledged lets it have: it receives no"
                            + " more until it acknowledges some, or their locks run out",
                    max);
        }
        if (hasRoomAgain) {
            listeners.begin();
            onRoom.run();
        }
    }

    /** The session has got a message; its lock may have been lost before it had it, when nobody could count that. */
    void received(LockToken token) {
        if (max == SessionSettings.UNLIMITED) {
            return;
        }
        if (losses.isTold(token)) {
            held.lost(token);
        }
        changed();
    }

    @Override
    public void lockLost(LostLock lost) {
        // First: who gets the message at this moment looks there after it is held.
        losses.lockLost(lost);
        LockToken token = lost.token();
        if (token != null) {
            lost(token);
            loads.forEach(session -> session.unacknowledged().lost(token));
        }
    }

    private void lost(LockToken token) {
        if (max != SessionSettings.UNLIMITED && held.lost(token)) {
            changed();
        }
    }
}
