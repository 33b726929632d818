/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.runtime;

import java.security.AccessController;
import java.security.PrivilegedAction;

/**
 * Makes daemon threads that outlive the application whose call needs them first, and have nothing of it: neither its class loaders,
 * thread locals and thread group, nor its priority.
 *
 * <p>Thread safe.
 */
public final class OwnThreads {

    private OwnThreads() {}

    /** A thread that was not started. */
    public static Thread newThread(Runnable task, String name) {
        Thread thread = newThreadOfNobody(task, name);
        thread.setContextClassLoader(OwnThreads.class.getClassLoader());
        thread.setPriority(Thread.NORM_PRIORITY);
        thread.setDaemon(true);
        return thread;
    }

    /** Up to Java 23 a thread keeps the protection domains, and so the class loaders, of those who call, up to a privileged action. */
    @SuppressWarnings("removal")
    private static Thread newThreadOfNobody(Runnable task, String name) {
        PrivilegedAction<Thread> action = () -> new Thread(topmost(), task, name, 0, false);
        return AccessController.doPrivileged(action);
    }

    private static ThreadGroup topmost() {
        ThreadGroup group = Thread.currentThread().getThreadGroup();
        for (ThreadGroup parent = group.getParent(); parent != null; parent = group.getParent()) {
            group = parent;
        }
        return group;
    }
}
