/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.inbound;

import jakarta.resource.spi.work.Work;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * A piece of work for the server, done once. It forgets what it was to do when it begins: idle threads of a server may keep the last
 * piece of work that they did (WildFly's do), and would keep the bean's application with it.
 *
 * <p>Thread safe.
 */
final class ServerWork implements Work {

    private final AtomicReference<Consumer<ServerWork>> task;
    private volatile boolean released;

    /** @param task is given this piece of work */
    ServerWork(Consumer<ServerWork> task) {
        this.task = new AtomicReference<>(task);
    }

    @Override
    public void run() {
        Consumer<ServerWork> now = task.getAndSet(null);
        if (now != null) {
            now.accept(this);
        }
    }

    /** It is to end soon. WildFly says it of each piece of work that has ended, too. */
    @Override
    public void release() {
        released = true;
    }

    /** Whether it is to end soon. */
    boolean isReleased() {
        return released;
    }
}
