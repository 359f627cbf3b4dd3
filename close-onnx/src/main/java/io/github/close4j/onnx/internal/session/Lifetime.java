package io.github.close4j.onnx.internal.session;

import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * The time between opening and closing something native: any number of threads may use it at once,
 * and it ends only when none does.
 */
public final class Lifetime {
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private final String what;
  private boolean ended;

  /**
   * A lifetime that begins now.
   *
   * @param what names what lives, for messages: {@code "captioner"}
   */
  public Lifetime(String what) {
    this.what = what;
  }

  /**
   * Does something before the end.
   *
   * @param action what to do
   * @param <T> what it returns
   * @return what it returned
   * @throws IllegalStateException if the end has come
   */
  public <T> T use(Supplier<T> action) {
    lock.readLock().lock();
    try {
      if (ended) {
        throw new IllegalStateException("the " + what + " is closed");
      }
      return action.get();
    } finally {
      lock.readLock().unlock();
    }
  }

  /**
   * Ends: waits for uses under way, then releases. Ending again does nothing.
   *
   * @param release gives back what is native
   * @throws IllegalStateException if the calling thread is using it, and so would wait for itself
   */
  public void end(Runnable release) {
    if (lock.getReadHoldCount() > 0) {
      throw new IllegalStateException("the " + what + " cannot be closed from within its use");
    }
    lock.writeLock().lock();
    try {
      if (!ended) {
        ended = true;
        release.run();
      }
    } finally {
      lock.writeLock().unlock();
    }
  }
}
